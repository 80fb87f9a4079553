"""`revisions/` of scores, of industries and of the whole product."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from sentiment_api import version
from tests.factories import (
    OverallSentimentFactory,
    PipelineRunFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    hour,
)

pytestmark = pytest.mark.django_db

PLACES = {
    SentimentScoreFactory: "/api/sentiment/",
    SegmentSentimentFactory: "/api/sentiment/segment_analysis/",
    OverallSentimentFactory: "/api/sentiment/overall_metrics/",
}


def revised(factory: Any, times: int = 3) -> list[Any]:
    """A result and its revisions, each an hour after the one before."""
    rows: list[Any] = []
    for number in range(times):
        same = {"customer": rows[0].customer} if rows and hasattr(rows[0], "customer") else {}
        row = factory.create(
            revision=number + 1,
            created_at=hour(number + 1),
            superseded_at=hour(number + 2) if number + 1 < times else None,
            **same,
        )
        rows.append(row)
    return rows


@pytest.mark.parametrize("factory", PLACES)
def test_any_revision_leads_to_all_of_them(guest: APIClient, factory: Any) -> None:
    rows = revised(factory)
    factory.create(window_start=hour(7))
    answers = [guest.get(f"{PLACES[factory]}{row.job_id}/revisions/").json() for row in rows]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["count"] == 3
    found = answers[0]["results"]
    assert [one["result"]["job_id"] for one in found] == [str(row.job_id) for row in rows]
    assert [one["result"]["revision"] for one in found] == [1, 2, 3]
    assert found[0]["reasons"][0]["code"] == "first"


@pytest.mark.parametrize("factory", PLACES)
def test_pages_of_revisions(guest: APIClient, factory: Any) -> None:
    """The first revision of a page is set against the last one of the page before."""
    rows = revised(factory, 5)
    path = f"{PLACES[factory]}{rows[0].job_id}/revisions/"
    whole = guest.get(path).json()["results"]
    pages = [guest.get(path, {"page_size": 2, "page": page}).json() for page in (1, 2, 3)]
    assert [one for page in pages for one in page["results"]] == whole
    assert pages[0]["next"]
    refused = guest.get(path, {"page_size": 11})
    assert (refused.status_code, refused.json()["errors"][0]["name"]) == (400, "page_size")


def test_a_revision_names_its_run_and_what_differs(guest: APIClient) -> None:
    run = PipelineRunFactory.create()
    old = SentimentScoreFactory.create(
        created_at=hour(1), superseded_at=hour(2), run_id=run.run_id, fp_count=2
    )
    lost = uuid4()
    SentimentScoreFactory.create(
        customer=old.customer, created_at=hour(2), revision=2, run_id=lost, fp_count=8
    )
    first, second = guest.get(f"/api/sentiment/{old.job_id}/revisions/").json()["results"]
    assert first["run"] == {"id": str(run.run_id), "trigger": "schedule"}
    assert second["run"] == {"id": str(lost), "trigger": None}
    assert first["changes"] == []
    assert {"field": "fp_count", "before": 2, "after": 8} in second["changes"]
    assert second["reasons"] == [
        {
            "code": "late_reports",
            "detail": "This window was counted again: 6 FP more.",
            "customers": None,
            "windows": [],
            "rules": [],
        }
    ]
    assert (second["profile_version"], second["withdrawn"]) == (1, None)


@pytest.mark.parametrize("place", PLACES.values())
def test_there_are_none_of_what_does_not_exist(guest: APIClient, place: str) -> None:
    missing = uuid4()
    for key, words in (("7", "'7' is no UUID."), (missing, f"There is no result {missing}.")):
        answer = guest.get(f"{place}{key}/revisions/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert answer.json()["errors"] == [{"name": "job_id", "detail": words}]


def test_keys_of_other_results_are_refused(guest: APIClient) -> None:
    score = SentimentScoreFactory.create()
    answer = guest.get(f"/api/sentiment/overall_metrics/{score.job_id}/revisions/")
    assert answer.status_code == 404


@pytest.mark.parametrize("factory", PLACES)
def test_queries_do_not_grow(guest: APIClient, factory: Any) -> None:
    def ask(row: Any) -> int:
        with CaptureQueriesContext(connection) as queries:
            answer = guest.get(f"{PLACES[factory]}{row.job_id}/revisions/", {"page_size": 10})
        assert answer.status_code == 200
        return len(queries)

    row = revised(factory, 2)[0]
    _, few = ask(row), ask(row)
    factory._meta.model.objects.all().delete()
    assert ask(revised(factory, 25)[0]) == few <= 14


def test_a_new_revision_is_a_new_answer(guest: APIClient) -> None:
    (row,) = revised(SentimentScoreFactory, 1)
    path = f"/api/sentiment/{row.job_id}/revisions/"
    tag = guest.get(path)["ETag"]
    assert guest.get(path, headers={"If-None-Match": tag}).status_code == 304
    version.bump()
    assert guest.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_superseded_score_is_explained_and_says_so(guest: APIClient) -> None:
    first, second, third = revised(SentimentScoreFactory)
    told = guest.get(f"/api/sentiment/{first.job_id}/explanation/").json()
    assert told["superseded_at"] == "2026-01-05T02:00:00Z"
    assert (told["superseded_by"], told["current"]) == (str(second.job_id), str(third.job_id))
    assert "A newer revision took its place at 2026-01-05 02:00Z." in told["summary"]
    now = guest.get(f"/api/sentiment/{third.job_id}/explanation/").json()
    assert now["superseded_at"] is now["superseded_by"] is None
    assert now["current"] == str(third.job_id)


def test_a_withdrawn_score_is_explained_and_says_so(guest: APIClient) -> None:
    row = SentimentScoreFactory.create(
        created_at=hour(1), superseded_at=hour(1) + timedelta(minutes=5)
    )
    told = guest.get(f"/api/sentiment/{row.job_id}/explanation/").json()
    assert told["superseded_by"] is told["current"] is None
    assert "It was withdrawn at 2026-01-05 01:05Z" in told["summary"]
