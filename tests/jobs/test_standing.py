"""Steps that follow each other in one process read the scores once, while nothing changes."""

from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jobs.clock import to_hour
from jobs.ledger import Ledger
from jobs.models import PipelineRun, Trigger, Window
from jobs.steps.aggregates import analyze_segments, calculate_overall_metrics
from jobs.steps.scores import calculate_sentiment_scores
from jobs.steps.standing import SharedScores, score_rows
from sentiment_api import version
from sentiment_api.models import OverallSentiment, SentimentScore
from tests.factories import (
    CustomerFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger() -> Ledger:
    """Two windows that owe aggregates, with a score in each."""
    for number in range(2):
        WindowFactory.create(window_start=hour(number), segments_owed=True, totals_owed=True)
        SentimentScoreFactory.create(window_start=hour(number), carried=True)
    return Ledger(PipelineRun.objects.create(trigger=Trigger.COMMAND))


def readings(queries: CaptureQueriesContext) -> int:
    return sum("WITH standing" in query["sql"] for query in queries)


def test_both_steps_read_once(ledger: Ledger) -> None:
    with CaptureQueriesContext(connection) as queries:
        shared = SharedScores()
        analyze_segments(ledger, shared)
        calculate_overall_metrics(ledger, shared)
    assert readings(queries) == 1
    assert [row.total_customers for row in OverallSentiment.objects.order_by("window_start")] == [
        1,
        1,
    ]


def test_what_changed_between_them_is_read_anew(ledger: Ledger) -> None:
    shared = SharedScores()
    analyze_segments(ledger, shared)
    with transaction.atomic():
        SentimentScore.objects.filter(window_start=hour(1)).update(sentiment_score=0.1)
        version.bump()
    with CaptureQueriesContext(connection) as queries:
        calculate_overall_metrics(ledger, shared)
    assert readings(queries) == 1
    assert OverallSentiment.objects.get(window_start=hour(1)).avg_sentiment_score == 0.1


def test_other_windows_are_read_for_themselves(ledger: Ledger) -> None:
    shared = SharedScores()
    analyze_segments(ledger, shared)
    Window.objects.filter(window_start=hour(0)).update(totals_owed=False)
    with CaptureQueriesContext(connection) as queries:
        calculate_overall_metrics(ledger, shared)
    assert readings(queries) == 1
    assert to_hour(OverallSentiment.objects.get().window_start) == to_hour(hour(1))


@pytest.fixture
def written(first_profile: None) -> SharedScores:
    """What the step before has written: scores in windows 1 and 2. The first customer has none in
    window 1; the first two had one in window 0; the second is inactive by now."""
    for number in range(3):
        WindowFactory.create(window_start=hour(number))
    for old, gone, reports in ((True, None, [2]), (True, hour(2), [1, 2]), (False, None, [1, 2])):
        customer = CustomerFactory.create(inactive_since=gone)
        if old:
            SentimentScoreFactory.create(customer=customer, window_start=hour(0), carried=True)
        for number in reports:
            SyncJobFactory.create(customer=customer, window_start=hour(number), owed=True)
    shared = SharedScores()
    calculate_sentiment_scores(Ledger(PipelineRun.objects.create(trigger=Trigger.COMMAND)), shared)
    assert SentimentScore.objects.count() == 7
    return shared


def what_is_read(shared: SharedScores) -> tuple[str, dict[str, list[Any]]]:
    """The end of the span of windows that is read for windows 1 and 2, and what comes out."""
    due = np.array([to_hour(hour(1)), to_hour(hour(2))])
    with CaptureQueriesContext(connection) as queries:
        scores = shared.read(due, 240)
    (reading,) = (query["sql"] for query in queries if "WITH standing" in query["sql"])
    names = [scores.names[number] for number in scores.industry]
    columns = {name: column.tolist() for name, column in scores.columns.items()}
    return reading.rsplit("<", 1)[1].replace("T", " "), columns | {"industry": names}


def test_what_the_step_before_has_written_is_known(written: SharedScores) -> None:
    until, found = what_is_read(written)
    assert f"{hour(1):%Y-%m-%d %H}" in until
    until, anew = what_is_read(SharedScores())
    assert f"{hour(3):%Y-%m-%d %H}" in until
    assert found == anew
    hours = [number - to_hour(hour(0)) for number in anew["hour"]]
    assert hours == [0, 2, 1, 2, 1, 2], "one before counts only where the first window has none"


def test_what_another_one_has_changed_is_read(written: SharedScores) -> None:
    with transaction.atomic():
        SentimentScore.objects.filter(window_start=hour(2)).update(superseded_at=hour(9))
        version.bump()
    _, found = what_is_read(written)
    assert len(found["score"]) == 3


def test_scores_of_others_in_the_same_windows_are_read(written: SharedScores) -> None:
    SentimentScoreFactory.create(window_start=hour(1), carried=True)
    _, found = what_is_read(written)
    assert len(found["score"]) == 7


def test_no_more_than_a_few_are_kept(
    written: SharedScores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.steps.standing.KEPT_ROWS", 4)
    with transaction.atomic():
        version.bump()
        none = np.empty(0, dtype=np.int64)
        written.wrote(score_rows(none, none, defaultdict(lambda: none)))
    until, found = what_is_read(written)
    assert f"{hour(3):%Y-%m-%d %H}" in until
    assert len(found["score"]) == 6
