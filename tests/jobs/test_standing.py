"""Steps that follow each other in one process read the scores once, while nothing changes."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from jobs.clock import to_hour
from jobs.ledger import Ledger
from jobs.models import PipelineRun, Trigger, Window
from jobs.steps.aggregates import analyze_segments, calculate_overall_metrics
from jobs.steps.standing import SharedScores
from sentiment_api import version
from sentiment_api.models import OverallSentiment, SentimentScore
from tests.factories import SentimentScoreFactory, WindowFactory, hour

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
