"""How many statements the pipeline takes: a constant number per chunk, whatever its rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time

from jobs import bulk
from jobs.models import Reprocess, Trigger, Window
from jobs.pipeline import backfill_run, execute, open_hourly_run
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from tests.jobs.conftest import at
from tests.source import SourceDatabase


def statements(source: SourceDatabase, customers: int, hours: int) -> list[str]:
    """What a first backfill of so many customers, each reporting each hour, executes here."""
    source.clear()
    Customer.objects.update(current_score=None)
    for model in (SentimentScore, SyncJob, SegmentSentiment, OverallSentiment, Window, Customer):
        model.objects.all().delete()
    for customer in range(1, customers + 1):
        source.customer(customer)
        for hour in range(hours):
            source.reports(customer, at(hour), fn=1 + hour % 3, fp=customer % 3)
    run = backfill_run(at(0), at(hours), Reprocess.ALL)
    run.save()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        execute(run)
    return [query["sql"] for query in captured.captured_queries]


def test_statements_do_not_grow_with_customers(source: SourceDatabase) -> None:
    """Four times the customers cost nothing more."""
    few = statements(source, customers=4, hours=6)
    many = statements(source, customers=16, hours=6)
    assert len(many) <= len(few) + 2


def hourly_statements(source: SourceDatabase, customers: int) -> list[str]:
    """What an hourly run executes here when each of so many customers reports in the new window,
    and one more of its earlier windows has got a late report."""
    statements(source, customers, hours=20)
    for customer in range(1, customers + 1):
        source.reports(customer, at(20), fn=1)
        source.reports(customer, at(10 + customer % 8), fp=1)
    with freeze_time(at(21)), CaptureQueriesContext(connection) as captured:
        execute(open_hourly_run(Trigger.SCHEDULE))
    assert SyncJob.objects.filter(revision=2).count() == customers
    assert SentimentScore.objects.filter(revision=2).count() > customers
    return [query["sql"] for query in captured.captured_queries]


def test_statements_of_an_hour_do_not_grow_with_customers(source: SourceDatabase) -> None:
    """Also where late reports revise counts, scores and aggregates."""
    few = hourly_statements(source, customers=4)
    many = hourly_statements(source, customers=16)
    assert len(many) <= len(few) + 2


@pytest.mark.parametrize("repeat", [2])
def test_statements_do_not_grow_with_hours(source: SourceDatabase, repeat: int) -> None:
    """Longer ranges are read in longer chunks."""
    short = statements(source, customers=3, hours=10)
    long = statements(source, customers=3, hours=10 * repeat * 2)
    assert len(long) < len(short) * 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL decides by statistics")
def test_what_is_owed_is_all_that_is_read_whole(source: SourceDatabase) -> None:
    """However many counts and scores there are: a run with little to do must not read them all."""
    said = statements(source, customers=3, hours=4)
    reads = {sql for sql in said if "jobs_owedscore" in sql and not sql.startswith("INSERT")}
    assert len(reads) >= 4
    for sql in reads:
        plan = bulk.fetch(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}")
        read_whole = {line.split()[1] for *_, line in plan if line.startswith("SCAN")}
        assert read_whole <= {"jobs_owedscore", "o", "span", "due", "json_each"}, sql
