"""Processes that are verifiably inside a step of the pipeline, writing one of its rows."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime

import django_rq
import psutil  # type: ignore[import-untyped]
from django.db import connection

from jobs.models import PipelineRun, RunStatus
from jobs.pipeline import STEPS
from jobs.queue import HOURLY_QUEUE
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore, SyncJob
from tests.source import SourceDatabase

MARKED = 97
"""The customer whose rows take long to write, and how many false negatives they have."""
TABLES = dict(
    zip(STEPS, (SyncJob, SentimentScore, SegmentSentiment, OverallSentiment), strict=True)
)
SECONDS = 60


def add_reports(source: SourceDatabase, instant: datetime) -> None:
    """A few customers with reports in the window of an instant, one with the marked row."""
    for customer in range(1, 6):
        source.customer(customer, f"Industry {customer % 2}")
        source.reports(customer, _hour(instant), fn=customer, fp=3)
    source.customer(MARKED, "Industry of its own")
    add_marked_row(source, instant)


def add_marked_row(source: SourceDatabase, instant: datetime) -> None:
    """Reports of one customer in the window of an instant."""
    source.reports(MARKED, _hour(instant), fn=MARKED, fp=2)


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


@contextmanager
def slow_rows(*steps: str) -> Iterator[None]:
    """To write the marked row of these steps takes some seconds each."""
    with connection.cursor() as cursor:
        for step in steps:
            for statement in _make(step):
                cursor.execute(statement)
        try:
            yield
        finally:
            for step in steps:
                on = "" if connection.vendor == "sqlite" else f" ON {_table(step)}"
                cursor.execute(f"DROP TRIGGER slow_{step}{on}")


def _table(step: str) -> str:
    return TABLES[step]._meta.db_table


def _make(step: str) -> list[str]:
    column = "fn_count" if step in STEPS[:2] else "total_fn_count"
    amount = MARKED if step != STEPS[3] else MARKED + sum(range(1, 6))
    on = f"CREATE TRIGGER slow_{step} AFTER INSERT ON {_table(step)}"
    when = f"WHEN (NEW.{column} = {amount})"
    if connection.vendor == "sqlite":
        rows = ", ".join(f"sqlite_master {name}" for name in "abcd")
        busy = f"SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT 100000000)"
        return [f"{on} {when} BEGIN {busy}; END"]
    return [
        "CREATE OR REPLACE FUNCTION take_long() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_sleep(2); RETURN NULL; END $$",
        f"{on} FOR EACH ROW {when} EXECUTE FUNCTION take_long()",
    ]


def caught(process: Callable[[], psutil.Process | None], step: str) -> psutil.Process:
    """The process that does a step of the newest run, stopped (SIGSTOP) in the middle of its
    transaction."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        page, doing = newest_run(), process()
        if page is None or doing is None or not _is_at(page, step) or not _writes():
            time.sleep(0.01)
            continue
        try:
            doing.suspend()
        except psutil.NoSuchProcess:
            continue
        if _writes() and _is_at(PipelineRun.objects.get(pk=page.pk), step):
            return doing
        doing.resume()
    raise AssertionError(f"nobody was caught in {step}")


def kill(process: psutil.Process) -> None:
    """kill -9, and PostgreSQL has noticed (it does when the present statement ends)."""
    process.kill()
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        )


def horse_of(worker: int) -> Callable[[], psutil.Process | None]:
    """Finds the process in which a worker (its pid) does a job of the newest run."""
    started = django_rq.get_queue(HOURLY_QUEUE).started_job_registry

    def find() -> psutil.Process | None:
        run, doing = newest_run(), started.get_job_ids(cleanup=False)
        if run is None or not any(one.startswith(str(run.run_id)) for one in doing):
            return None
        # Its other child looks for jobs that are to be tried again.
        return max(psutil.Process(worker).children(), key=lambda child: child.create_time())

    return find


def newest_run() -> PipelineRun | None:
    """The last one that was asked for."""
    return PipelineRun.objects.order_by("-run_id").first()


def _is_at(page: PipelineRun, step: str) -> bool:
    return bool(page.steps.get(step, {}).get("status") == RunStatus.RUNNING)


def _writes() -> bool:
    """Is someone in the middle of writing the slow row?"""
    if connection.vendor == "sqlite":
        return all(_is_locked() for _ in range(3))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
        return bool(cursor.fetchone() != (0,))


def _is_locked() -> bool:
    """Has another process a transaction that writes into the SQLite file?"""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as link:
        try:
            link.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            time.sleep(0.01)
            return True
        link.rollback()
    return False
