"""The explanation of a score gives the score."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.explanation import explain
from jobs.models import Reprocess
from sentiment_api.models import SentimentScore, SyncJob
from tests.factories import SentimentScoreFactory, SyncJobFactory, hour
from tests.jobs.conftest import at
from tests.jobs.test_pipeline import backfill, fill, use_profile
from tests.source import SourceDatabase

NAMES = ("raw_score", "sentiment_score", "score_low", "score_high", "evidence")


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"max_age_hours": 20, "history_windows": 4},
        {"max_age_hours": 15, "trend_adjusted": True, "trend_weight": 0.4},
        {"base_method": "simple_ratio", "trend_adjusted": True, "max_age_hours": 9},
        {"history_windows": 3, "trend_adjusted": True, "industry_normalized": False},
        {"history_windows": 2, "trend_adjusted": True},
    ],
)
def test_every_score_is_explained_to_the_ninth_decimal(
    source: SourceDatabase, rules: dict[str, Any]
) -> None:
    use_profile(**rules)
    chance = fill(source, 40)
    backfill(at(0), at(40))
    for customer in range(1, 9):
        source.reports(customer, at(chance.randrange(20)), 5, 3)
    use_profile(**{**rules, "decay_factor": 0.7})
    backfill(at(0), at(40), Reprocess.ALL)
    scores = SentimentScore.objects.select_related("profile", "customer")
    assert scores.exclude(superseded_at=None).exists()
    for score in scores:
        explained = explain(score)
        for name in NAMES:
            assert getattr(explained, name) == pytest.approx(getattr(score, name), abs=1e-9), name
        assert explained.is_reproduced
        assert bool(explained.trend) == ("_trend" in score.calculation_method)
        assert bool(explained.normalisation) == ("_normalized" in score.calculation_method)
        total = sum(one.weight for one in explained.windows)
        share = sum(one.weight * one.ratio for one in explained.windows) / total
        assert explained.base == pytest.approx(share, abs=1e-9)
        assert explained.windows[0].window_start == score.window_start
        assert (explained.revision, explained.run) == (score.revision, score.run_id)


@pytest.mark.django_db
def test_a_score_whose_counts_are_gone_says_so() -> None:
    score = SentimentScoreFactory.create(window_start=hour(0), created_at=hour(1), fn_count=3)
    SyncJobFactory.create(
        customer=score.customer, window_start=hour(0), created_at=hour(1), fn_count=9, fp_count=0
    )
    explained = explain(score)
    assert not explained.is_reproduced
    assert "revised" in explained.summary


@pytest.mark.django_db
def test_it_takes_one_query() -> None:
    score = SentimentScoreFactory.create(window_start=hour(30), created_at=hour(31))
    for number in range(30):
        SyncJobFactory.create(
            customer=score.customer, window_start=hour(number), created_at=hour(31)
        )
    loaded = SentimentScore.objects.select_related("profile", "customer").get()
    with CaptureQueriesContext(connection) as queries:
        assert len(explain(loaded).windows) == 10
    assert len(queries) == 1
    assert SyncJob.objects.count() == 30


@pytest.mark.django_db
def test_the_summary_is_a_sentence() -> None:
    score = SentimentScoreFactory.create(
        customer__company_name="Acme", window_start=hour(0), created_at=hour(1)
    )
    SyncJobFactory.create(customer=score.customer, window_start=hour(0), created_at=hour(1))
    assert explain(score).summary == (
        "Acme has 0.80 in the window from 2026-01-05 00:00Z (90 % interval 0.70 to 0.90): 8 FN "
        "and 2 FP reports; the base is 0.80."
    )
