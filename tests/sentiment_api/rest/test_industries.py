"""`sentiment/industries/`"""

from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.factories import (
    ChangedCustomerFactory,
    ComparedSpanFactory,
    CustomerFactory,
    IndustryBaselineFactory,
    SegmentSentimentFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db
PATH = "/api/sentiment/industries/"


def rows(client: APIClient, **parameters: str) -> list[dict[str, Any]]:
    """The industries that an answer lists."""
    answer = client.get(PATH, parameters)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["count"] == len(answer.json()["results"])
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def names(client: APIClient, **parameters: str) -> list[str]:
    """Their names."""
    return [row["industry"] for row in rows(client, **parameters)]


def test_an_industry_as_it_stands(guest: APIClient) -> None:
    ComparedSpanFactory.create()
    IndustryBaselineFactory.create(industry="BANKING", baseline_score=0.55)
    for number in range(240):
        WindowFactory.create(window_start=hour(number))
    for number in (191, 192, 215, 216, 238):
        SegmentSentimentFactory.create(
            window_start=hour(number), total_fn_count=number, total_fp_count=1
        )
    SegmentSentimentFactory.create(window_start=hour(238), superseded_at=hour(239), revision=2)
    for _ in range(2):
        ChangedCustomerFactory.create()
    CustomerFactory.create(inactive_since=hour(1))
    (row,) = rows(guest)
    change = row.pop("change")
    assert row == {
        "industry": "Banking",
        "customers": 2,
        "window_start": "2026-01-14T22:00:00Z",
        "standing_sentiment_score": 0.8,
        "standing_low": 0.7,
        "standing_high": 0.9,
        "standing_customers": 1,
        "fn_last_24_hours": 216 + 238,
        "fp_last_24_hours": 2,
        "fn_previous_24_hours": 192 + 215,
        "fp_previous_24_hours": 2,
        "baseline_score": 0.55,
    }
    assert change["difference"] == pytest.approx(-0.6)
    assert -1 < change["low"] < -0.6 < change["high"] < 0
    assert change["significant"] is True
    assert change["recent"] == {
        "start": "2026-01-14T00:00:00Z",
        "end": "2026-01-15T00:00:00Z",
        "fn_count": 4,
        "fp_count": 16,
    }
    assert (change["before"]["fn_count"], change["before"]["fp_count"]) == (16, 4)


def test_who_reports_more_than_before_is_no_change_of_sentiment(guest: APIClient) -> None:
    """Each customer's share stays; that of all reports together falls from 0.73 to 0.27."""
    ComparedSpanFactory.create()
    ChangedCustomerFactory.create(recent_fn=8, recent_fp=2, before_fn=80, before_fp=20)
    ChangedCustomerFactory.create(recent_fn=20, recent_fp=80, before_fn=2, before_fp=8)
    (row,) = rows(guest)
    assert row["change"]["difference"] == pytest.approx(0)
    assert row["change"]["significant"] is False


def test_industries_without_rows_and_without_customers(guest: APIClient) -> None:
    ComparedSpanFactory.create()
    CustomerFactory.create(industry="Energy")
    CustomerFactory.create(industry="Gone", inactive_since=hour(1))
    SegmentSentimentFactory.create(industry="Retail")
    energy, retail = rows(guest)
    assert (energy["industry"], energy["customers"], energy["window_start"]) == ("Energy", 1, None)
    assert (retail["industry"], retail["customers"], retail["standing_customers"]) == (
        "Retail",
        0,
        1,
    )
    assert energy["change"] is retail["change"] is None


def test_spellings_of_one_industry_are_one(guest: APIClient) -> None:
    for name in ("Straße", "STRASSE"):
        CustomerFactory.create(industry=name)
    SegmentSentimentFactory.create(industry="strasse")
    (row,) = rows(guest)
    assert (row["industry"], row["customers"], row["standing_customers"]) == ("Straße", 2, 1)
    assert rows(guest, industry=" sTRASSE ") == [row]
    assert rows(guest, industry="Energy") == []


def test_orders(guest: APIClient) -> None:
    ComparedSpanFactory.create()
    for industry, score, fn in (("b", 0.2, 9), ("A", 0.9, 1), ("c", 0.5, 5)):
        SegmentSentimentFactory.create(industry=industry, standing_sentiment_score=score)
        ChangedCustomerFactory.create(
            industry=industry, recent_fn=fn, recent_fp=10 - fn, before_fn=50, before_fp=50
        )
    CustomerFactory.create(industry="d")
    assert names(guest) == names(guest, ordering="industry") == ["A", "b", "c", "d"]
    assert names(guest, ordering="-industry") == ["d", "c", "b", "A"]
    assert names(guest, ordering="getting_worse") == ["A", "c", "b", "d"]
    assert names(guest, ordering="-getting_worse") == ["b", "c", "A", "d"]
    assert names(guest, ordering="standing_sentiment_score") == ["b", "c", "A", "d"]
    assert names(guest, ordering="-standing_sentiment_score") == ["A", "c", "b", "d"]
    page = guest.get(PATH, {"page_size": "3", "page": "2"}).json()
    assert [row["industry"] for row in page["results"]] == ["d"]


def test_bad_parameters_are_named(guest: APIClient) -> None:
    for name, value in (("ordering", "worst"), ("as_of", "2026-01-05"), ("industry", "")):
        answer = guest.get(PATH, {name: value})
        assert answer.status_code == 400
        assert [error["name"] for error in answer.json()["errors"]] == [name]
