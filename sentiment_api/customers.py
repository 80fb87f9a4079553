"""Customers as every face reads them."""

from datetime import datetime
from functools import lru_cache

from sentiment_api.models import Customer
from sentiment_api.models.customer import CustomerQuerySet


def customers_at(stale_at: datetime | None) -> CustomerQuerySet:
    """Customers with the state of their score (see `freshness.stale_at`) and their age."""
    return _query(stale_at).all()


# To put it together takes longer than to read a page of it.
@lru_cache(maxsize=4)
def _query(stale_at: datetime | None) -> CustomerQuerySet:
    return Customer.objects.with_score_state(stale_at).with_customer_since()
