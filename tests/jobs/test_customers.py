"""Customers: read when they change, all of them once a day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.models import DatabaseConfig
from jobs.ledger import Ledger
from jobs.source.connection import open_source
from jobs.steps import customers
from jobs.steps.customers import sync_customers
from sentiment_api.models import Customer
from tests.source import SourceDatabase


def sync(ledger: Ledger, everyone: bool = False) -> int:
    """Sync; how many rows were written."""
    before = ledger.run.rows_written
    with open_source(DatabaseConfig.active()) as source:
        sync_customers(source, ledger, everyone=everyone)
    return ledger.run.rows_written - before


def naive_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def test_all_customers_come_at_first_and_none_again(source: SourceDatabase, ledger: Ledger) -> None:
    for customer in range(1, 4):
        source.customer(customer)
    assert sync(ledger) == 3
    assert sync(ledger) == 0
    assert sync(ledger, everyone=True) == 0


def test_only_changed_customers_are_read_in_an_hour(source: SourceDatabase, ledger: Ledger) -> None:
    recent = naive_now() - timedelta(minutes=5)
    for customer in range(1, 6):
        source.customer(customer)
    source.customer(6, updated_at=recent)
    sync(ledger)
    source.sql("UPDATE customers SET city = 'Oslo' WHERE customer_id = 1")
    source.sql(
        "UPDATE customers SET city = 'Bergen', updated_at = %s WHERE customer_id = 2", recent
    )
    read_before = ledger.run.rows_read
    assert sync(ledger) == 1
    assert ledger.run.rows_read - read_before == 2
    assert list(Customer.objects.exclude(city="").values_list("city", flat=True)) == ["Bergen"]
    assert sync(ledger, everyone=True) == 1


def test_customers_without_dates_are_always_read(source: SourceDatabase, ledger: Ledger) -> None:
    source.customer(1, created_at=None, updated_at=None)
    source.customer(2, updated_at=naive_now())
    sync(ledger)
    local = Customer.objects.get(customer_id=1)
    assert local.source_created_at is None
    assert timezone.now() - local.created_at < timedelta(minutes=1)
    source.sql("UPDATE customers SET city = 'Oslo' WHERE customer_id = 1")
    assert sync(ledger) == 1


def test_a_date_in_the_future_does_not_hide_later_changes(
    source: SourceDatabase, ledger: Ledger
) -> None:
    source.customer(1, updated_at=datetime(2999, 1, 1))  # noqa: DTZ001
    source.customer(2)
    sync(ledger)
    source.sql(
        "UPDATE customers SET city = 'Oslo', updated_at = %s WHERE customer_id = 2", naive_now()
    )
    assert sync(ledger) == 1


def test_texts_that_are_missing_or_too_long(source: SourceDatabase, ledger: Ledger) -> None:
    source.customer(1, industry="x" * 120, company_name=None, phone=None)
    source.customer(2, company_name="y" * 300)
    sync(ledger)
    first, second = Customer.objects.order_by("customer_id")
    assert (first.company_name, first.phone) == ("Customer 1", "")
    assert len(first.industry) == 100
    assert second.company_name == "y" * 255
    assert sync(ledger, everyone=True) == 0


def test_vanished_customers_become_inactive_once(source: SourceDatabase, ledger: Ledger) -> None:
    source.customer(1)
    source.customer(2)
    sync(ledger)
    source.sql("DELETE FROM customers WHERE customer_id = 2")
    assert sync(ledger) == 0
    assert sync(ledger, everyone=True) == 1
    assert sync(ledger, everyone=True) == 0
    assert Customer.objects.get(customer_id=2).inactive_since is not None
    assert ledger.run.warnings == [
        {"what": "customers that vanished from the source, now inactive", "count": 1}
    ]


def test_an_empty_table_is_no_news_of_customers(source: SourceDatabase, ledger: Ledger) -> None:
    """They are kept, with a warning, until the table has any again."""
    source.customer(1)
    source.customer(2)
    sync(ledger)
    source.sql("DELETE FROM customers")
    assert sync(ledger, everyone=True) == 0
    assert ledger.run.warnings == [
        {"what": "customers kept although the source's table of customers is empty", "count": 2}
    ]
    source.customer(1)
    assert sync(ledger, everyone=True) == 1
    assert [row.customer_id for row in Customer.objects.filter(inactive_since=None)] == [1]


def test_statements_do_not_grow_with_customers(source: SourceDatabase, ledger: Ledger) -> None:
    counts = []
    for first, last in ((1, 1), (2, 4), (5, 64)):
        for customer in range(first, last + 1):
            source.customer(customer)
        with CaptureQueriesContext(connection) as captured:
            sync(ledger, everyone=True)
        counts.append(len(captured))
    assert counts[2] <= counts[1] + 2, "a batch holds some fifty customers"


def test_changes_of_a_long_outage_are_read_beside_a_date_in_the_future(
    source: SourceDatabase, ledger: Ledger
) -> None:
    source.customer(1, updated_at=naive_now() + timedelta(days=400))
    source.customer(2, updated_at=naive_now() - timedelta(hours=9))
    sync(ledger)
    source.sql(
        "UPDATE customers SET city = 'Oslo', updated_at = %s WHERE customer_id = 2",
        naive_now() - timedelta(hours=5),
    )
    assert sync(ledger) == 1


def test_a_customer_that_another_run_brings_in_meanwhile_has_not_vanished(
    source: SourceDatabase, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.customer(1)
    mark = customers._mark_vanished

    def late(*arguments: Any) -> None:
        Customer.objects.create(customer_id=2, company_name="Just come")
        mark(*arguments)

    monkeypatch.setattr(customers, "_mark_vanished", late)
    sync(ledger, everyone=True)
    assert Customer.objects.get(customer_id=2).inactive_since is None
