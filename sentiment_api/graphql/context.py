"""What resolvers know of the request."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from sentiment_api.freshness import stale_at
from sentiment_api.graphql.budget import Budget
from sentiment_api.graphql.limits.measure import Measure
from sentiment_api.models import Customer
from sentiment_api.models.customer import CustomerQuerySet
from sentiment_api.recent_reports import RecentReports


@dataclass
class Context:
    """The request and what it may still read, and what is looked up once for all its fields."""

    request: HttpRequest | None = None
    budget: Budget = field(default_factory=Budget)
    measure: Measure = field(default_factory=lambda: Measure({}, lambda _: 0))
    """Measures selections of the operation under way."""
    django_debug: Any = None
    """Where graphene's debug middleware keeps its notes (under DEBUG alone)."""

    @cached_property
    def recent_reports(self) -> RecentReports:
        """The counts of the newest 24 hours."""
        return RecentReports.now()

    @cached_property
    def _stale_at(self) -> datetime | None:
        return stale_at()

    def customers(self) -> CustomerQuerySet:
        """Customers with the state of their score."""
        return Customer.objects.with_score_state(self._stale_at).with_customer_since()
