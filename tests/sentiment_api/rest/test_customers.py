"""`customers/`"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from sentiment_api.rest.serializers.customers import CONTACT
from tests.factories import (
    ChangedCustomerFactory,
    ComparedSpanFactory,
    CustomerFactory,
    SentimentScoreFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db


def names(client: APIClient, **parameters: str | float) -> list[str]:
    """The companies that an answer lists."""
    answer = client.get("/api/customers/", parameters)
    assert answer.status_code == 200, answer.json()
    return [row["company_name"] for row in answer.json()["results"]]


def test_guests_see_no_contact_data_and_staff_do(guest: APIClient, staff: APIClient) -> None:
    CustomerFactory.create(customer_id=7, contact_person="Ada", phone="+1", address="Road 1")
    for path in ("/api/customers/", "/api/customers/7/"):
        row = guest.get(path).json()
        row = row["results"][0] if "results" in row else row
        assert not set(CONTACT) & set(row)
        assert "Ada" not in guest.get(path).content.decode()
    assert staff.get("/api/customers/7/").json()["contact_person"] == "Ada"


def test_the_state_follows_the_newest_covered_window(guest: APIClient) -> None:
    WindowFactory.create(window_start=hour(240))
    for number, state in ((0, "stale"), (1, "scored")):
        SentimentScoreFactory.create(
            customer__company_name=state, window_start=hour(number), carried=True
        )
    SentimentScoreFactory.create(
        customer__company_name="insufficient_evidence",
        window_start=hour(240),
        state="insufficient_evidence",
        carried=True,
    )
    CustomerFactory.create(company_name="no_data")
    rows = guest.get("/api/customers/").json()["results"]
    assert len(rows) == 4
    assert all(row["state"] == row["company_name"] for row in rows)
    for row in rows:
        assert names(guest, score_state=row["state"]) == [row["state"]]
        assert guest.get(f"/api/customers/{row['customer_id']}/").json() == row


def test_a_row_names_its_score(guest: APIClient) -> None:
    """Which says how sure it is, and is explained."""
    score = SentimentScoreFactory.create(customer__company_name="a", carried=True)
    CustomerFactory.create(company_name="b")
    scored, unknown = guest.get("/api/customers/").json()["results"]
    assert scored["current_score"] == str(score.job_id)
    assert unknown["current_score"] is None
    asked = guest.get(f"/api/sentiment/{scored['current_score']}/").json()
    assert asked["evidence"] == score.evidence


def test_filters(guest: APIClient) -> None:
    CustomerFactory.create(company_name="A", industry="Banking", city="Lyon", country="France")
    CustomerFactory.create(company_name="B", industry="Élevage", state="Ohio", city="Bern")
    assert names(guest, industry=" bAnKing ") == ["A"]
    assert names(guest, industry="éLEVAGE") == ["B"]
    assert names(guest, city="lyon") == ["A"]
    assert names(guest, state="OHIO") == ["B"]
    assert names(guest, country="france") == ["A"]
    assert names(guest, search="fra lyo") == ["A"]
    assert names(guest, search="fra bern") == []
    assert names(guest, industry="nothing like it") == []


def test_search_finds_the_number(guest: APIClient) -> None:
    """As a whole; a number in a name is found as any other part of it."""
    CustomerFactory.create(company_name="A", customer_id=96, industry="Banking")
    CustomerFactory.create(company_name="B", customer_id=961)
    CustomerFactory.create(company_name="C 96", customer_id=7, industry="Retail")
    assert names(guest, search="96") == ["A", "C 96"]
    assert names(guest, search="bank 96") == ["A"]
    assert names(guest, search="9" * 40) == []


def test_search_costs_no_more_for_words_that_come_again(guest: APIClient) -> None:
    CustomerFactory.create(company_name="Steel of Élan", customer_id=7)

    def conditions(words: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert names(guest, search=words) == ["Steel of Élan"]
        return sum(query["sql"].count("LIKE") for query in asked.captured_queries)

    assert conditions("e E e él ÉL e e e E Él é é e e E") == conditions("e él é")
    assert names(guest, search="s t e l o f a 7") == ["Steel of Élan"], "eight words are not many"


def test_sentiment_range_and_order(guest: APIClient) -> None:
    for name, fn in (("bad", 1), ("good", 9), ("fair", 5)):
        SentimentScoreFactory.create(
            customer__company_name=name, fn_count=fn, fp_count=10 - fn, carried=True
        )
    CustomerFactory.create(company_name="unknown")
    assert names(guest, sentiment_min=0.5) == ["fair", "good"]
    assert names(guest, sentiment_max=0.5) == ["bad", "fair"]
    assert names(guest, ordering="current_sentiment") == ["bad", "fair", "good", "unknown"]
    assert names(guest, ordering="-current_sentiment") == ["good", "fair", "bad", "unknown"]
    assert names(guest, ordering="-company_name") == ["unknown", "good", "fair", "bad"]


def test_customers_that_the_source_has_no_more(guest: APIClient) -> None:
    CustomerFactory.create(company_name="here")
    CustomerFactory.create(company_name="gone", inactive_since=hour(1))
    assert names(guest) == ["gone", "here"]
    assert names(guest, active="true") == ["here"]
    assert names(guest, active="false") == ["gone"]
    answer = guest.get("/api/customers/", {"active": "yes"})
    assert answer.status_code == 400
    assert "allowed: true, false" in answer.json()["detail"]


def test_the_source_knows_since_when_there_is_a_customer(guest: APIClient) -> None:
    for name, made, read in (
        ("b", hour(1), hour(9)),
        ("a", None, hour(5)),
        ("c", hour(2), hour(3)),
    ):
        CustomerFactory.create(company_name=name, source_created_at=made, created_at=read)
    assert names(guest, ordering="created_at") == ["b", "c", "a"]
    assert names(guest, ordering="-created_at") == ["a", "c", "b"]
    rows = guest.get("/api/customers/", {"ordering": "created_at"}).json()["results"]
    assert [row["created_at"] for row in rows] == [
        "2026-01-05T01:00:00Z",
        "2026-01-05T02:00:00Z",
        "2026-01-05T05:00:00Z",
    ]


def test_a_state_of_the_score_is_no_state_of_an_address(guest: APIClient) -> None:
    answer = guest.get("/api/customers/", {"state": "stale"})
    assert answer.status_code == 400
    assert "score_state=stale" in answer.json()["detail"]


def test_history_is_one_customers(guest: APIClient) -> None:
    score = SentimentScoreFactory.create(window_start=hour(3))
    SentimentScoreFactory.create(window_start=hour(3))
    path = f"/api/customers/{score.customer.customer_id}/sentiment_history/"
    assert [row["job_id"] for row in guest.get(path).json()["results"]] == [str(score.job_id)]
    assert guest.get(path, {"start_date": hour(4).isoformat()}).json()["count"] == 0
    assert guest.get("/api/customers/999/sentiment_history/").status_code == 404


def test_a_change_has_its_interval_and_both_periods(guest: APIClient) -> None:
    ComparedSpanFactory.create()
    ChangedCustomerFactory.create(customer_id=7)
    row = guest.get("/api/customers/7/").json()
    assert guest.get("/api/customers/").json()["results"] == [row]
    assert row["change"] == {
        "difference": -0.6,
        "low": -0.8,
        "high": -0.2,
        "significant": True,
        "recent": {
            "start": "2026-01-14T00:00:00Z",
            "end": "2026-01-15T00:00:00Z",
            "fn_count": 2,
            "fp_count": 8,
        },
        "before": {
            "start": "2026-01-05T00:00:00Z",
            "end": "2026-01-14T00:00:00Z",
            "fn_count": 8,
            "fp_count": 2,
        },
    }


@pytest.mark.parametrize(
    ("low", "high", "significant"),
    [(-0.3, -0.1, True), (-0.3, 0.0, False), (-0.1, 0.2, False), (0.0, 0.2, False), (0.1, 1, True)],
)
def test_a_change_is_significant_when_its_interval_excludes_zero(
    guest: APIClient, low: float, high: float, significant: bool
) -> None:
    ComparedSpanFactory.create()
    ChangedCustomerFactory.create(change_low=low, change_high=high)
    (row,) = guest.get("/api/customers/").json()["results"]
    assert row["change"]["significant"] is significant


def test_nothing_to_compare_is_no_change(guest: APIClient) -> None:
    CustomerFactory.create()
    assert guest.get("/api/customers/").json()["results"][0]["change"] is None
    ComparedSpanFactory.create()
    assert guest.get("/api/customers/").json()["results"][0]["change"] is None


def test_getting_worse_has_the_surest_fall_first(guest: APIClient) -> None:
    ComparedSpanFactory.create()
    for name, high in (("falls", -0.2), ("rises", 0.4), ("may fall", 0.1)):
        ChangedCustomerFactory.create(company_name=name, change_high=high)
    CustomerFactory.create(company_name="silent")
    falling = ["falls", "may fall", "rises", "silent"]
    assert names(guest, ordering="getting_worse") == falling
    assert names(guest, ordering="-getting_worse") == ["rises", "may fall", "falls", "silent"]
