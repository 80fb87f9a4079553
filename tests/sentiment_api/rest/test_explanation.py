"""`sentiment/{job_id}/explanation/`"""

import pytest
from rest_framework.test import APIClient

from tests.factories import SentimentScoreFactory, SyncJobFactory, hour

pytestmark = pytest.mark.django_db

FIELDS = """
    profile windows shrinkage base trend raw_score normalisation sentiment_score score_low
    score_high evidence revision run is_reproduced superseded_at superseded_by current summary
"""


def test_guests_read_why_a_score_is_what_it_is(guest: APIClient) -> None:
    score = SentimentScoreFactory.create(
        window_start=hour(0),
        created_at=hour(1),
        baseline_score=0.8,
        raw_score=0.8,
        sentiment_score=0.5,
    )
    SyncJobFactory.create(customer=score.customer, window_start=hour(0), created_at=hour(1))
    answer = guest.get(f"/api/sentiment/{score.job_id}/explanation/")
    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == FIELDS.split()
    assert body["windows"] == [
        {
            "window_start": "2026-01-05T00:00:00Z",
            "age_hours": 0,
            "fn_count": 8,
            "fp_count": 2,
            "ratio": 0.8,
            "weight": 1.0,
        }
    ]
    assert body["profile"]["version"] == 1
    assert body["normalisation"] == {"method": "linear", "baseline": 0.8}
    assert (body["base"], body["trend"], body["sentiment_score"]) == (0.8, None, 0.5)
    assert body["is_reproduced"]


def test_there_is_none_of_what_does_not_exist(guest: APIClient) -> None:
    assert guest.get("/api/sentiment/7/explanation/").status_code == 404
