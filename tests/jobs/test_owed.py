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

MOST = 165
"""Statements of a run with one chunk of everything; most of them keep the ledger."""


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
    with CaptureQueriesContext(connection) as captured:
        execute(run)
    return [query["sql"] for query in captured.captured_queries]


def test_statements_do_not_grow_with_customers(source: SourceDatabase) -> None:
    """Sixteen times the customers cost nothing more."""
    statements(source, customers=1, hours=1)
    few = statements(source, customers=4, hours=6)
    many = statements(source, customers=64, hours=6)
    assert len(many) == len(few) <= MOST


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
    hourly_statements(source, customers=1)
    few = hourly_statements(source, customers=4)
    many = hourly_statements(source, customers=64)
    assert len(many) == len(few) <= MOST


def test_statements_do_not_grow_with_hours(source: SourceDatabase) -> None:
    """All windows that a chunk has room for are read and written at once."""
    statements(source, customers=1, hours=1)
    short = statements(source, customers=3, hours=10)
    long = statements(source, customers=3, hours=160)
    assert len(long) <= len(short) + 2 <= MOST


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
