"""Lists of a million rows: no page needs all of them, with all that is joined to them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from jobs import bulk
from sentiment_api.rest import pagination
from tests.factories import CustomerFactory, IndustryBaselineFactory, SentimentScoreFactory, hour

pytestmark = pytest.mark.django_db

ORDERS = ("", "-company_name", "created_at", "-created_at", "current_sentiment", "getting_worse")


@pytest.fixture
def customers() -> None:
    """Twelve, half of them with a score."""
    for number in range(12):
        customer = CustomerFactory.create(change_high=number / 10 if number % 3 else None)
        if number % 2:
            SentimentScoreFactory.create(customer=customer, window_start=hour(number), carried=True)


def pages(guest: APIClient, **parameters: Any) -> list[list[dict[str, Any]]]:
    """All pages of customers."""
    asked = {"page_size": 5, **parameters}
    return [
        guest.get("/api/customers/", {**asked, "page": number}).json()["results"]
        for number in (1, 2, 3)
    ]


@pytest.mark.parametrize("order", ORDERS)
def test_far_pages_are_those_of_near_ones(
    guest: APIClient, customers: None, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"ordering": order, "search": "company"} if order else {}
    near = pages(guest, **asked)
    monkeypatch.setattr(pagination, "FAR", 3)
    assert pages(guest, **asked) == near
    assert [len(page) for page in near] == [5, 5, 2]


def test_what_lies_before_a_far_page_is_not_put_together(
    guest: APIClient, customers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagination, "FAR", 3)
    with CaptureQueriesContext(connection) as queries:
        guest.get("/api/customers/", {"page": 2, "page_size": 5})
    said = [query["sql"] for query in queries if "OFFSET" in query["sql"]]
    assert len(said) == 1
    assert "JOIN" not in said[0]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL decides by statistics")
@pytest.mark.parametrize("order", ORDERS)
def test_the_first_page_needs_no_sorting(guest: APIClient, customers: None, order: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        guest.get("/api/customers/", {"ordering": order} if order else {})
    (said,) = [query["sql"] for query in queries if "LIMIT 12" in query["sql"]]
    plan = str(bulk.fetch(f"EXPLAIN QUERY PLAN {said.replace('%', '%%')}"))
    assert "TEMP B-TREE" not in plan


@pytest.mark.django_db(transaction=True)
def test_industries_are_worked_out_once_for_each_version(
    guest: APIClient, first_profile: None
) -> None:
    def readings(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert guest.get(path).status_code == 200
        return sum("inactive_since IS NULL" in query["sql"] for query in queries)

    CustomerFactory.create()
    assert readings("/api/sentiment/industries/") == 1
    assert readings("/api/sentiment/industries/?ordering=-industry") == 0
    IndustryBaselineFactory.create()
    assert readings("/api/sentiment/industries/?ordering=-industry") == 1
