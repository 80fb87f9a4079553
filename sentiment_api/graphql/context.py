"""What resolvers know of the request."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from sentiment_api.customers import customers_at
from sentiment_api.freshness import stale_at
from sentiment_api.graphql.budget import Budget
from sentiment_api.graphql.limits.measure import Measure
from sentiment_api.industries import Industry, read_industries
from sentiment_api.knowledge import ignorance
from sentiment_api.models import ComparedSpan
from sentiment_api.models.customer import CustomerQuerySet
from sentiment_api.recent_reports import RecentReports


@dataclass
class Context:
    """The request and what it may still read, and what is looked up once for all its fields."""

    request: HttpRequest | None = None
    budget: Budget = field(default_factory=Budget)
    measure: Measure = field(default_factory=lambda: Measure({}, lambda _: 0))
    """Measures selections of the operation under way."""
    notices: list[dict[str, str]] = field(default_factory=list)
    """What is to be said besides the data."""
    operation_type: str = "unreadable"
    """What kind of operation it is, as soon as that is known."""
    django_debug: Any = None
    """Where graphene's debug middleware keeps its notes (under DEBUG alone)."""
    _looked_back: set[datetime] = field(default_factory=set)

    @cached_property
    def recent_reports(self) -> RecentReports:
        """The counts of the newest 24 hours."""
        return RecentReports.now()

    @cached_property
    def compared_span(self) -> ComparedSpan:
        """What changes are over."""
        return ComparedSpan.current()

    @cached_property
    def industries(self) -> list[Industry]:
        """All industries; reading them looks at every customer."""
        return read_industries()

    @cached_property
    def _stale_at(self) -> datetime | None:
        return stale_at()

    def looks_back(self, as_of: datetime) -> None:
        """An answer is asked for as of this time: if nothing was known then, say so."""
        if as_of not in self._looked_back:
            self._looked_back.add(as_of)
            if said := ignorance(as_of):
                self.notices.append({"argument": "asOf", "message": said})

    def customers(self) -> CustomerQuerySet:
        """Customers with the state of their score."""
        return customers_at(self._stale_at)
