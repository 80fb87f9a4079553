"""`sentiment/`"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from sentiment_api.models import Customer, SentimentScore
from tests.factories import (
    CustomerFactory,
    OverallSentimentFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    hour,
)

pytestmark = pytest.mark.django_db

SCORE_FIELDS = """
    job_id customer_id company_name industry sentiment_score raw_score score_low score_high
    evidence state calculation_method baseline_score fn_count fp_count window_start window_end
    created_at revision superseded_at
"""


def test_a_score_row_has_the_fields_of_the_design(guest: APIClient) -> None:
    score = SentimentScoreFactory.create()
    row = guest.get("/api/sentiment/").json()["results"][0]
    assert list(row) == SCORE_FIELDS.split()
    assert row["customer_id"] == score.customer.customer_id
    assert row["window_start"] == "2026-01-05T00:00:00Z"
    assert guest.get(f"/api/sentiment/{score.job_id}/").json() == row


@pytest.mark.parametrize(
    ("path", "ordering"),
    [
        ("sentiment", "-window_start"),
        ("sentiment", "-created_at"),
        ("sentiment", "-sentiment_score"),
        ("customers", "-created_at"),
        ("customers", "-company_name"),
    ],
)
def test_an_index_can_be_read_backwards(guest: APIClient, path: str, ordering: str) -> None:
    """PostgreSQL does so unless absent values are spoken of, which these columns do not have."""
    with CaptureQueriesContext(connection) as captured:
        assert guest.get(f"/api/{path}/", {"ordering": ordering}).status_code == 200
    assert not any("NULLS" in query["sql"] for query in captured)


def revised() -> tuple[SentimentScore, SentimentScore]:
    """A score and its second revision, ten minutes later."""
    old = SentimentScoreFactory.create(
        created_at=hour(1), superseded_at=hour(1) + timedelta(minutes=10)
    )
    new = SentimentScoreFactory.create(
        customer=old.customer, revision=2, created_at=old.superseded_at, fn_count=1
    )
    return old, new


def test_as_of_shows_what_was_current_then(guest: APIClient) -> None:
    old, new = revised()
    history = f"/api/customers/{old.customer.customer_id}/sentiment_history/"
    for path in ("/api/sentiment/", history):
        for minutes, expected in ((-1, []), (0, [old]), (9, [old]), (10, [new]), (60, [new])):
            at = (hour(1) + timedelta(minutes=minutes)).isoformat()
            rows = guest.get(path, {"as_of": at}).json()["results"]
            assert [row["job_id"] for row in rows] == [str(row.job_id) for row in expected]
        now = guest.get(path).json()["results"]
        assert [row["revision"] for row in now] == [2]


def test_a_superseded_row_read_by_its_id_says_so(guest: APIClient) -> None:
    old, new = revised()
    assert guest.get(f"/api/sentiment/{old.job_id}/").json()["superseded_at"]
    assert guest.get(f"/api/sentiment/{new.job_id}/").json()["superseded_at"] is None


def test_a_range_holds_whole_windows(guest: APIClient) -> None:
    for number in range(4):
        SentimentScoreFactory.create(window_start=hour(number))
        SegmentSentimentFactory.create(window_start=hour(number))
        OverallSentimentFactory.create(window_start=hour(number))
    for path in ("", "segment_analysis/", "overall_metrics/"):
        answer = guest.get(
            f"/api/sentiment/{path}",
            {"start_date": "2026-01-05T01:00", "end_date": "2026-01-05T03:00:00Z"},
        )
        starts = [row["window_start"] for row in answer.json()["results"]]
        assert starts == ["2026-01-05T02:00:00Z", "2026-01-05T01:00:00Z"]
        day = guest.get(f"/api/sentiment/{path}", {"end_date": "2026-01-05"})
        assert day.json()["count"] == 0


def test_filters_and_order_of_scores(guest: APIClient) -> None:
    bank = SentimentScoreFactory.create(customer=CustomerFactory.create(industry="Banking"))
    shop = SentimentScoreFactory.create(
        customer=CustomerFactory.create(industry="Retail"),
        fn_count=1,
        calculation_method="weighted_average",
    )

    def ids(**parameters: str | int) -> list[str]:
        rows = guest.get("/api/sentiment/", parameters).json()["results"]
        return [row["job_id"] for row in rows]

    assert ids(customer__industry="retail") == [str(shop.job_id)]
    assert ids(customer=bank.customer.customer_id) == [str(bank.job_id)]
    assert ids(calculation_method="weighted_average") == [str(shop.job_id)]
    assert ids(state="insufficient_evidence") == []
    assert len(ids(state="scored")) == 2
    middle = (shop.sentiment_score + bank.sentiment_score) / 2
    assert ids(sentiment_max=str(middle)) == [str(shop.job_id)]
    assert ids(sentiment_min=str(middle)) == [str(bank.job_id)]
    Customer.objects.update(industry="Energy")
    assert ids(industry=" RETAIL") == [str(shop.job_id)], "in which it was counted"
    assert len(ids(customer__industry="energy")) == 2
    assert ids(sentiment_min=str(bank.sentiment_score)) == [str(bank.job_id)]
    assert ids(ordering="sentiment_score") == [str(shop.job_id), str(bank.job_id)]
    assert ids(ordering="-created_at") == [str(shop.job_id), str(bank.job_id)]


def test_segments_by_industry(guest: APIClient) -> None:
    SegmentSentimentFactory.create(industry="Banking")
    SegmentSentimentFactory.create(industry="Retail")
    rows = guest.get("/api/sentiment/segment_analysis/", {"industry": "RETAIL"}).json()["results"]
    assert [row["industry"] for row in rows] == ["Retail"]
