"""Two schedulers, two workers, two backfills of one range, and an hourly run at the same time."""

import time
from contextlib import ExitStack
from datetime import timedelta

import django_rq
import pytest
from django.db import connection
from django.utils import timezone

from jobs import schedules
from jobs.models import PipelineRun, RunStatus, Trigger, Window
from jobs.queue import HOURLY_QUEUE
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore, SyncJob
from tests.jobs.reference import check_everything
from tests.jobs.test_queue import wait_for
from tests.processes import process
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

HOURS = 48
CUSTOMERS = 12
KEYS = {
    SyncJob: ("customer", "window_start"),
    SentimentScore: ("customer", "window_start"),
    SegmentSentiment: ("industry", "window_start"),
    OverallSentiment: ("window_start",),
}


def deadlocks() -> int:
    """How many PostgreSQL has broken; SQLite has one writer."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return int(count)


def test_two_of_everything_at_once(source: SourceDatabase, redis_url: str) -> None:
    """All of them read the same windows, and late reports come in meanwhile."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for customer in range(1, CUSTOMERS + 1):
        source.customer(customer, f"Industry {customer % 3}")
        for ago in range(1, HOURS, 2):
            source.reports(customer, now - timedelta(hours=ago), fn=customer % 5, fp=ago % 4 + 1)
    schedules.restore()  # It is due now.
    before = deadlocks()
    start, end = (f"{now - timedelta(hours=ago):%Y-%m-%dT%H:00}" for ago in (HOURS, 0))
    backfill = ("backfill", "--start", start, "--end", end, "--reprocess", "all")
    processes = (
        *[("rqscheduler", "--interval", "1")] * 2,
        *[("rqworker", "high", "default")] * 2,
        *[backfill] * 2,
        (*backfill, "--enqueue"),
    )
    began = time.monotonic()
    with ExitStack() as stack:
        started = [stack.enter_context(process(redis_url, *one)) for one in processes]
        for customer in range(1, CUSTOMERS + 1, 3):
            source.reports(customer, now - timedelta(hours=customer), fn=2)
        wait_for(lambda: PipelineRun.objects.filter(status=RunStatus.SUCCEEDED).count() == 4, 90)
        assert [one.wait(60) for one in started[4:]] == [0, 0, 0]
        assert schedules.schedulers_alive() == 2
        assert [one.poll() for one in started[:4]] == [None] * 4
    print(f"seven processes: all had ended well after {time.monotonic() - began:.1f} s")
    with process(redis_url, "run_pipeline") as last:
        assert last.wait(60) == 0
    scheduled = PipelineRun.objects.filter(trigger=Trigger.SCHEDULE)
    assert scheduled.count() == 1, "two schedulers start one run"
    assert not PipelineRun.objects.exclude(status=RunStatus.SUCCEEDED).exists()
    assert not PipelineRun.objects.exclude(error="").exists()
    assert django_rq.get_queue(HOURLY_QUEUE).failed_job_registry.get_job_ids() == []
    assert deadlocks() == before
    assert Window.objects.filter(window_start__gte=now - timedelta(hours=HOURS)).count() >= HOURS
    check_everything(source)
    for model, key in KEYS.items():
        current = model.objects.current()
        assert current.count() == current.values(*key).distinct().count()
