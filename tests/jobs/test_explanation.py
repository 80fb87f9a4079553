"""The explanation of a score gives the score."""

import json
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_datetime

from jobs.explanation import explain
from jobs.models import Reprocess
from sentiment_api.models import ScoreState, SentimentScore, SyncJob
from sentiment_api.rest.serializers.explanation import ExplanationSerializer
from tests.factories import (
    ScoringProfileFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    hour,
)
from tests.jobs.conftest import at
from tests.jobs.recomputing import recomputed
from tests.jobs.test_pipeline import backfill, fill, use_profile
from tests.source import SourceDatabase

NAMES = ("raw_score", "sentiment_score", "score_low", "score_high", "evidence")
PARTS = {
    "trend": ["_trend"],
    "shrinkage": ["_shrunk"],
    "normalisation": ["_normalized", "_logit"],
}


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"max_age_hours": 20, "history_windows": 4},
        {"max_age_hours": 15, "trend_adjusted": True, "trend_weight": 0.4},
        {"base_method": "simple_ratio", "trend_adjusted": True, "max_age_hours": 9},
        {"history_windows": 3, "trend_adjusted": True, "industry_normalized": False},
        {"history_windows": 2, "trend_adjusted": True},
        {"base_method": "pooled", "fn_weight": 0.4, "normalisation_method": "logit"},
        {"fn_weight": 1.0, "fp_weight": 0.3, "trend_adjusted": True, "max_age_hours": 20},
        {"industry_shrinkage": True, "trend_adjusted": True, "fn_weight": 0.2},
        {"industry_shrinkage": True, "base_method": "pooled", "history_windows": 4},
        {"industry_shrinkage": True, "base_method": "simple_ratio", "fp_weight": 0.9},
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
    methods = set()
    for score in scores:
        explained = json.loads(orjson.dumps(ExplanationSerializer(explain(score)).data))
        stored = {name: getattr(score, name) for name in NAMES}
        assert {name: explained[name] for name in NAMES} == pytest.approx(stored, abs=1e-9)
        assert recomputed(explained) == pytest.approx(stored, abs=1e-9)
        assert explained["is_reproduced"]
        for part, names in PARTS.items():
            applied = any(name in score.calculation_method for name in names)
            assert bool(explained[part]) == applied, part
        assert parse_datetime(explained["windows"][0]["window_start"]) == score.window_start
        assert explained["windows"][0]["age_hours"] == 0
        assert (explained["revision"], explained["run"]) == (score.revision, str(score.run_id))
        methods.add(score.calculation_method)
    assert len(methods) > 1


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
def test_a_score_at_its_limit_does_not_hide_that_its_counts_are_gone() -> None:
    """Beyond twice the baseline every raw score gives 1."""
    score = SentimentScoreFactory.create(
        window_start=hour(0), created_at=hour(1), baseline_score=0.3, sentiment_score=1, raw_score=1
    )
    SyncJobFactory.create(customer=score.customer, window_start=hour(0), created_at=hour(1))
    explained = explain(score)
    assert (explained.raw_score, explained.sentiment_score) == (0.8, 1)
    assert not explained.is_reproduced


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


@pytest.mark.django_db
def test_the_summary_tells_of_shrinkage_and_of_too_few_reports() -> None:
    profile = ScoringProfileFactory.create(
        industry_shrinkage=True,
        industry_moments={"banking": {"mean": 0.5, "strength": 16.0, "customers": 9}},
    )
    score = SentimentScoreFactory.create(
        customer__company_name="Acme",
        window_start=hour(0),
        created_at=hour(1),
        fn_count=3,
        fp_count=1,
        sentiment_score=0.55,
        state=ScoreState.INSUFFICIENT_EVIDENCE,
        profile=profile,
    )
    SyncJobFactory.create(
        customer=score.customer, window_start=hour(0), created_at=hour(1), fn_count=3, fp_count=1
    )
    assert explain(score).summary == (
        "Acme has 0.55 in the window from 2026-01-05 00:00Z (90 % interval 0.45 to 0.65): 3 FN "
        "and 1 FP reports; its own ratio is 0.75, drawn towards 0.50, the mean of Banking, as by "
        "16 more reports; the base is 0.55. It rests on 4.0 effective reports, fewer than the 5 "
        "that are asked for: do not rely on it."
    )
