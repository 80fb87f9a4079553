"""What is in memory at once is bounded, however many customers report: by parts, whose results
are those of the whole."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jobs.ledger import Ledger
from jobs.models import PipelineRun, Reprocess, Trigger, Window
from jobs.pipeline import backfill_run, compute_owed, execute
from jobs.source.reports import ReportCounts, read_counts
from jobs.steps import aggregates, changes, counts
from jobs.steps.aggregates import analyze_segments
from jobs.steps.standing import SharedScores
from sentiment_api.models import OverallSentiment, SegmentSentiment
from tests.factories import SentimentScoreFactory, WindowFactory, hour
from tests.jobs.conftest import at
from tests.jobs.reference import check_everything
from tests.source import SourceDatabase

HOURS = 30


@pytest.fixture
def busy_end(source: SourceDatabase) -> SourceDatabase:
    """Many windows without reports, so that chunks grow, and then two with many."""
    for customer in range(1, 9):
        source.customer(customer, f"Industry {customer % 3}")
        for number in (0, HOURS - 2, HOURS - 1):
            source.reports(customer, at(number), fn=customer % 4, fp=1)
    return source


def backfill() -> None:
    """All hours."""
    run = backfill_run(at(0), at(HOURS), Reprocess.NONE)
    run.save()
    execute(run)


def test_chunks_with_too_many_rows_are_read_in_parts(
    busy_end: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[tuple[range, int | None]] = []

    def read(source: Any, hours: range, *others: Any) -> ReportCounts | None:
        found = read_counts(source, hours, *others)
        readings.append((hours, None if found is None else len(found)))
        return found

    monkeypatch.setattr(counts, "read_counts", read)
    monkeypatch.setattr(counts, "MOST_ROWS", 10)
    backfill()
    kept = [(hours, rows) for hours, rows in readings if rows is not None]
    assert len(kept) < len(readings), "a chunk had more"
    assert [one for hours, _ in kept for one in hours] == list(
        range(kept[0][0].start, kept[0][0].start + HOURS)
    )
    assert all(rows <= 10 for hours, rows in kept if len(hours) > 1)
    check_everything(busy_end)


def test_parts_of_any_size_give_the_same_rows(
    busy_end: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in (
        (counts, "ROWS_PER_CHUNK"),
        (aggregates, "CELLS_AT_ONCE"),
        (aggregates, "REPORTS_PER_CHUNK"),
        (changes, "CUSTOMERS_PER_STATEMENT"),
    ):
        monkeypatch.setattr(module, name, 3)
    backfill()
    check_everything(busy_end)


@pytest.mark.django_db
@pytest.mark.parametrize(("most", "readings"), [(6, 1), (5, 2), (2, 3), (1, 6), (0, 6)])
def test_windows_are_computed_together_while_their_scores_have_room(
    most: int, readings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aggregates, "REPORTS_PER_CHUNK", most)
    for number in range(6):
        WindowFactory.create(
            window_start=hour(number), segments_owed=True, totals_owed=True, reports=1
        )
        SentimentScoreFactory.create(window_start=hour(number), carried=True)
    page = Ledger(PipelineRun.objects.create(trigger=Trigger.COMMAND))
    with CaptureQueriesContext(connection) as queries:
        compute_owed(page)
    assert sum("WITH standing" in query["sql"] for query in queries) == readings, (
        "segments and totals of a chunk rest on one reading"
    )
    assert not Window.objects.owing().exists()
    assert SegmentSentiment.objects.exclude(total_customers=0).count() == 6
    assert OverallSentiment.objects.exclude(total_customers=0).count() == 6


@pytest.mark.django_db
def test_windows_in_between_that_owe_nothing_count_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Their scores are read with the others'."""
    monkeypatch.setattr(aggregates, "REPORTS_PER_CHUNK", 5)
    for number in range(3):
        WindowFactory.create(
            window_start=hour(number), segments_owed=number != 1, reports=9 if number == 1 else 1
        )
    page = Ledger(PipelineRun.objects.create(trigger=Trigger.COMMAND))
    with CaptureQueriesContext(connection) as queries:
        while analyze_segments(page, SharedScores()):
            pass
    assert sum("WITH standing" in query["sql"] for query in queries) == 2
