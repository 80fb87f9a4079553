"""What is inserted in bulk is what was given, on both databases."""

import pytest
from django.utils import timezone

from jobs import bulk
from sentiment_api.models import Customer
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db

TEXTS = ['O\'Hara "& Sons"', "100 %s of 5 %", "a\\b\tc\nd", "Zoë 漢", ""]


def insert(names: list[str], **others: object) -> None:
    """Customers with these names, and other values as they are given."""
    one = CustomerFactory.build()
    now = bulk.instant(timezone.now())
    values = {
        str(field.column): getattr(one, field.attname)
        for field in Customer._meta.concrete_fields
        if not field.primary_key
    }
    given = {
        "customer_id": list(range(len(names))),
        "company_name": names,
        "created_at": now,
        "updated_at": now,
        **others,
    }
    assert bulk.insert(Customer, len(names), values | given) == len(names)


@pytest.mark.parametrize("text", TEXTS)
def test_a_value_for_all_rows_arrives_as_it_is(text: str) -> None:
    insert(["a", "b"], city=text, is_placeholder=True, dispersion=0.1 + 0.2, current_sentiment=None)
    rows = Customer.objects.values_list("city", "is_placeholder", "dispersion", "current_sentiment")
    assert list(rows) == [(text, True, 0.1 + 0.2, None)] * 2


def test_values_of_each_row_arrive_as_they_are() -> None:
    insert(TEXTS)
    names = Customer.objects.order_by("customer_id").values_list("company_name", flat=True)
    assert list(names) == TEXTS
