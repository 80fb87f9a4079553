"""What resolvers know of the request."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from sentiment_api.graphql.budget import Budget


@dataclass
class Context:
    """The request and what it may still read."""

    request: HttpRequest | None = None
    budget: Budget = field(default_factory=Budget)
    django_debug: Any = None
    """Where graphene's debug middleware keeps its notes (under DEBUG alone)."""
