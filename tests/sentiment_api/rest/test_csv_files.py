"""Lists as files."""

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.factories import (
    ComparedSpanFactory,
    CustomerFactory,
    OverallSentimentFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db

LISTS = (
    "customers/?ordering=-created_at",
    "customers/1/sentiment_history/",
    "sentiment/?ordering=sentiment_score",
    "sentiment/industries/?ordering=getting_worse",
    "sentiment/segment_analysis/?start_date=2026-01-05T01:00",
    "sentiment/overall_metrics/",
)


@pytest.fixture
def rows() -> None:
    """Three customers, one of whom changes and one of whom has never reported, over some hours."""
    ComparedSpanFactory.create()
    changing = CustomerFactory.create(
        customer_id=1,
        company_name='=cmd|"x", Söhne',
        recent_fn=9,
        recent_fp=1,
        before_fn=5,
        before_fp=40,
        change=-0.3,
        change_low=-0.5,
        change_high=-0.1,
    )
    other = CustomerFactory.create(customer_id=2, industry="Retail")
    CustomerFactory.create(customer_id=3, company_name="-silent")
    for number in range(4):
        WindowFactory.create(window_start=hour(number))
        OverallSentimentFactory.create(window_start=hour(number))
        for customer in (changing, other):
            SegmentSentimentFactory.create(
                window_start=hour(number), industry=customer.industry, avg_raw_score=None
            )
            SyncJobFactory.create(customer=customer, window_start=hour(number))
            SentimentScoreFactory.create(
                customer=customer, window_start=hour(number), fn_count=number, carried=number == 3
            )


def flat(value: Any, name: str = "") -> dict[str, Any]:
    """What is within a field beside it."""
    if not isinstance(value, dict):
        return {name: value}
    found: dict[str, Any] = {}
    for inner, given in value.items():
        found |= flat(given, f"{name}_{inner}" if name else inner)
    return found


def shown(value: Any) -> str:
    """As a cell has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text[:1] in ("=", "-") else text


def read(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("role", ["guest", "staff"])
def test_a_file_has_what_all_pages_have(
    request: pytest.FixtureRequest, rows: None, path: str, role: str
) -> None:
    """The same rows in the same order, each field in its column."""
    client: APIClient = request.getfixturevalue(role)
    join = "&" if "?" in path else "?"
    answer = client.get(f"/api/{path}{join}format=csv")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    expected, address = [], f"/api/{path}{join}page_size=2"
    while address:
        page = client.get(address).json()
        expected += page["results"]
        address = page["next"]
    found = read(answer)
    assert len(found) == len(expected) > 0
    for row, values in zip(found, expected, strict=True):
        for name, value in flat(values).items():
            cells = [cell for column, cell in row.items() if column.startswith(f"{name}_")]
            assert row[name] == shown(value) if name in row else cells and not any(cells)


def test_customers_in_a_file_say_how_sure_their_scores_are(guest: APIClient, rows: None) -> None:
    """As their newest score does; in a page they name it."""
    lines = read(guest.get("/api/customers/?format=csv"))
    assert any(line["current_score"] for line in lines)
    for line in lines:
        key = line["current_score"]
        score = guest.get(f"/api/sentiment/{key}/").json() if key else {}
        for name in ("score_low", "score_high", "evidence"):
            assert line[name] == shown(score.get(name))


def test_who_accepts_a_file_gets_it(guest: APIClient, rows: None) -> None:
    """With a name, and not again while nothing has changed."""
    accepted = {"Accept": "text/csv"}
    answer = guest.get("/api/customers/1/sentiment_history/", headers=accepted)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    name = 'attachment; filename="customers-1-sentiment_history.csv"'
    assert answer["Content-Disposition"] == name
    other = guest.get("/api/customers/01/sentiment_history/", headers=accepted)
    assert other["Content-Disposition"] == name, "however the id is written"
    known = {"If-None-Match": answer["ETag"]}
    again = guest.get("/api/customers/1/sentiment_history/", headers=accepted | known)
    assert again.status_code == 304
    assert guest.get("/api/customers/1/sentiment_history/", headers=known).status_code == 200


@pytest.mark.parametrize(
    ("query", "name", "words"),
    [
        ("format=xml", "format", "'xml' is unknown; allowed: json, csv"),
        ("format=csv&page=2", "page", "no pages: leave this out"),
        ("format=csv&page_size=5", "page_size", "no pages: leave this out"),
        ("format=csv&sentiment_min=2", "sentiment_min", "no number from 0 to 1"),
        ("format=", "format", "'' is unknown"),
    ],
)
def test_what_does_not_fit_is_told_as_everywhere(
    guest: APIClient, query: str, name: str, words: str
) -> None:
    answer = guest.get(f"/api/customers/?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    (error,) = answer.json()["errors"]
    assert error["name"] == name
    assert words in error["detail"]


def test_too_many_are_refused_never_cut(
    guest: APIClient, rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentiment_api.rest.views.data.MOST_ROWS", 7)
    answer = guest.get("/api/sentiment/?format=csv")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert "8 rows are too many for one file; at most 7" in answer.json()["detail"]
    few = guest.get("/api/sentiment/?format=csv&start_date=2026-01-05T01:00")
    assert len(read(few)) == 6


def test_nothing_is_a_header(guest: APIClient) -> None:
    answer = guest.get("/api/customers/?format=csv")
    (line,) = answer.content.decode().splitlines()
    assert line.startswith("customer_id,company_name,industry,")
    assert "change_difference,change_low,change_high,change_significant,change_recent_start" in line


@pytest.mark.parametrize("path", ["customers/1/", "jobs/status/", "schema/"])
def test_what_is_no_list_is_no_file(guest: APIClient, rows: None, path: str) -> None:
    assert guest.get(f"/api/{path}", headers={"Accept": "text/csv"}).status_code == 406
    assert guest.get(f"/api/{path}?format=csv").status_code == 400


def test_queries_do_not_grow_with_rows(guest: APIClient, rows: None) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            guest.get("/api/customers/?format=csv")
        return len(captured)

    queries()
    few = queries()
    CustomerFactory.create_batch(30)
    assert queries() == few
