"""Customers with reports in the source, and what whole windows hold of them."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

from jobs.clock import to_hour
from jobs.models import PipelineRun, Reprocess, Window
from jobs.pipeline import backfill_run, execute
from tests.jobs.conftest import at
from tests.jobs.plain_loop import Row
from tests.jobs.reference import expected_counts, stored_counts
from tests.source import SourceDatabase

WINDOWS, CUSTOMERS = 48, 12
LAST = at(WINDOWS - 1)
BACKFILL = (
    *("backfill", "--start", at(0).isoformat(), "--end", at(WINDOWS).isoformat()),
    *("--reprocess", "all"),
)
"""The command that reads all of it again."""

ByHour = dict[int, dict[int, Row]]


def fill(source: SourceDatabase, last: datetime = LAST, first_customer: int = 1) -> None:
    """Customers with reports in the windows up to the last."""
    chance = random.Random(7)
    for customer in range(first_customer, first_customer + CUSTOMERS):
        source.customer(customer, industry=chance.choice(["Banking", "Retail"]))
        for hour in range(WINDOWS):
            window = last - timedelta(hours=hour)
            source.reports(customer, window, fn=chance.randrange(5), fp=chance.randrange(4))


def flip(source: SourceDatabase) -> None:
    """Every FN becomes an FP and every FP an FN."""
    source.sql(
        "UPDATE email_samples SET sample_type = CASE sample_type WHEN 'FN' THEN 'FP' ELSE 'FN' END"
    )


def backfill() -> PipelineRun:
    """Read everything again, in this process."""
    run = backfill_run(at(0), at(WINDOWS), Reprocess.ALL)
    run.save()
    return execute(run)


def newest_run() -> PipelineRun:
    """The run that was asked for last."""
    run = PipelineRun.objects.first()
    assert run is not None
    return run


def in_source(source: SourceDatabase) -> ByHour:
    """Counts of each window in the source, by customer."""
    return _by_hour(expected_counts(source, (to_hour(at(n)) for n in range(WINDOWS))))


def stored() -> ByHour:
    """Counts of each window in the local database, by customer."""
    return _by_hour(stored_counts())


def all_whole(*states: ByHour) -> bool:
    """Does each covered window hold what it held in one of these states of the source?"""
    found = stored()
    covered = map(to_hour, Window.objects.values_list("window_start", flat=True))
    return all(found.get(hour, {}) in [state.get(hour, {}) for state in states] for hour in covered)


def _by_hour(counts: dict[tuple[int, int], Row]) -> ByHour:
    hours: ByHour = defaultdict(dict)
    for (customer, hour), row in counts.items():
        hours[hour][customer] = row
    return dict(hours)
