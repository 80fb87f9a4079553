"""The pipeline on RQ, with a real Valkey: the chain, its failures, and real processes."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import django_rq
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from rq import SimpleWorker
from rq.job import Job, JobStatus
from rq.timeouts import TimerDeathPenalty

from config.models import DatabaseConfig
from jobs import schedules, tasks
from jobs.ledger import Ledger
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger, Window
from jobs.pipeline import STEPS, backfill_run, open_hourly_run
from jobs.queue import BACKFILL_QUEUE, HOURLY_QUEUE, enqueue_run, job_id
from sentiment_api.models import OverallSentiment, SyncJob
from tests.jobs.conftest import at
from tests.jobs.reference import check_everything
from tests.processes import kill_family, process
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]


class Worker(SimpleWorker):
    """A worker in the process of the test, so that it shares the test's transaction."""

    death_penalty_class = TimerDeathPenalty


def work(*queues: str) -> None:
    """Do everything that is in the queues."""
    names = queues or (HOURLY_QUEUE, BACKFILL_QUEUE)
    link = django_rq.get_connection(HOURLY_QUEUE)
    Worker([django_rq.get_queue(name) for name in names], connection=link).work(
        burst=True, logging_level="ERROR"
    )


@contextmanager
def read_only() -> Iterator[None]:
    """The local database may not be written, in this process."""
    # One that is old would be opened again, and then be written.
    connection.close()
    set_to, back = (
        ("PRAGMA query_only = 1", "PRAGMA query_only = 0")
        if connection.vendor == "sqlite"
        else ("SET default_transaction_read_only = on", "RESET default_transaction_read_only")
    )
    with connection.cursor() as cursor:
        cursor.execute(set_to)
        yield
        cursor.execute(back)


def fetch(ids: list[str]) -> list[Job]:
    return [Job.fetch(one, connection=django_rq.get_connection(HOURLY_QUEUE)) for one in ids]


def add_run(hours: int = 4) -> PipelineRun:
    run = backfill_run(at(0), at(hours), Reprocess.NONE)
    run.save()
    return run


def hours_ago(hours: int) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def test_the_chain_runs_one_step_after_the_other(source: SourceDatabase, redis_url: str) -> None:
    source.customer(1)
    source.reports(1, hours_ago(5), fn=3, fp=1)
    run = open_hourly_run(Trigger.ADMIN)
    jobs = fetch(enqueue_run(run))
    assert [job.func_name for job in jobs] == [f"jobs.tasks.{step}" for step in STEPS]
    assert [job.get_status() for job in jobs] == [JobStatus.QUEUED] + [JobStatus.DEFERRED] * 3
    work()
    run.refresh_from_db()
    assert run.status == RunStatus.SUCCEEDED
    assert [run.steps[step]["status"] for step in STEPS] == ["succeeded"] * 4
    assert run.windows_done == 240
    check_everything(source)


def test_a_failing_step_is_tried_again_and_the_run_goes_on(
    source: SourceDatabase, redis_url: str, admin_client: Client
) -> None:
    run = open_hourly_run(Trigger.ADMIN)
    port = source.server.port
    DatabaseConfig.objects.update(port=1)
    sync = fetch(enqueue_run(run))[0]
    work()
    run.refresh_from_db()
    assert run.state == RunStatus.RUNNING
    sync.refresh()
    assert "127.0.0.1:1" in run.error
    assert re.search(r"; try 2 of 4 begins at \d\d:\d\d:\d\dZ$", run.error)
    page = admin_client.get(f"/admin/jobs/pipelinerun/{run.pk}/change/").content.decode()
    assert "a step failed and waits to be tried again" in page
    assert "; try 2 of 4 begins at " in page
    assert (sync.get_status(), sync.retries_left) == (JobStatus.SCHEDULED, 2)
    assert sync.retry_intervals == [10, 60, 300]
    DatabaseConfig.objects.update(port=port)
    django_rq.get_queue(HOURLY_QUEUE).enqueue_job(sync)
    work()
    run.refresh_from_db()
    assert (run.status, run.error) == (RunStatus.SUCCEEDED, "")


def test_the_last_failure_ends_the_run_and_leaves_no_job_waiting(
    source: SourceDatabase, redis_url: str
) -> None:
    run = open_hourly_run(Trigger.ADMIN)
    DatabaseConfig.objects.update(port=1)
    sync = fetch(enqueue_run(run))[0]
    sync.retries_left = 0
    sync.save()
    work()
    run.refresh_from_db()
    assert run.status == RunStatus.FAILED
    assert "check host and port" in run.error
    assert run.finished_at is not None
    queue = django_rq.get_queue(HOURLY_QUEUE)
    assert queue.deferred_job_registry.get_job_ids() == []
    assert queue.failed_job_registry.get_job_ids() == [job_id(run.run_id, STEPS[0])]


def test_the_tick_adds_one_run_however_often_it_comes(
    source: SourceDatabase, redis_url: str
) -> None:
    tasks.enqueue_hourly_run()
    tasks.enqueue_hourly_run()
    run = PipelineRun.objects.get()
    assert (run.trigger, run.whole_day) == (Trigger.SCHEDULE, True)
    work()
    tasks.enqueue_hourly_run()
    assert [run.whole_day for run in PipelineRun.objects.order_by("run_id")] == [True, False]


def test_a_run_that_got_lost_in_the_queue_does_not_block_the_next(
    source: SourceDatabase, redis_url: str
) -> None:
    run = open_hourly_run(Trigger.SCHEDULE)
    PipelineRun.objects.update(progress_at=run.progress_at - timedelta(minutes=20))
    tasks.enqueue_hourly_run()
    assert PipelineRun.objects.count() == 2


def test_a_run_that_redis_has_forgotten_does_not_block_the_next(
    source: SourceDatabase, redis_url: str
) -> None:
    tasks.enqueue_hourly_run()
    django_rq.get_connection(HOURLY_QUEUE).flushdb()
    tasks.enqueue_hourly_run()
    assert PipelineRun.objects.count() == 2
    tasks.enqueue_hourly_run()
    assert PipelineRun.objects.count() == 2, "the second one waits"


def test_a_run_that_failed_without_a_word_does_not_block_the_next(
    source: SourceDatabase, redis_url: str
) -> None:
    """The local database could not be written until the last try was over; its job is kept."""
    source.customer(1)
    tasks.enqueue_hourly_run()
    run = PipelineRun.objects.get()
    sync = fetch([job_id(run.run_id, STEPS[0])])[0]
    sync.retries_left = 0
    sync.save()
    with read_only():
        work()
    queue = django_rq.get_queue(HOURLY_QUEUE)
    assert queue.failed_job_registry.get_job_ids() == [sync.id]
    assert queue.deferred_job_registry.get_job_ids() == []
    run.refresh_from_db()
    assert run.status == RunStatus.QUEUED
    tasks.enqueue_hourly_run()
    work()
    assert PipelineRun.objects.latest("run_id").status == RunStatus.SUCCEEDED
    assert Window.objects.count() == 240


def test_a_job_of_a_run_that_has_ended_does_nothing(source: SourceDatabase, redis_url: str) -> None:
    """Its followers are gone: brought back in the pages of the queues, it would be alone."""
    run = open_hourly_run(Trigger.ADMIN)
    port = source.server.port
    DatabaseConfig.objects.update(port=1)
    sync = fetch(enqueue_run(run))[0]
    sync.retries_left = 0
    sync.save()
    work()
    DatabaseConfig.objects.update(port=port)
    before = PipelineRun.objects.values().get()
    sync.requeue()
    work()
    assert PipelineRun.objects.values().get() == before
    assert not Window.objects.exists()


@pytest.mark.parametrize("tries_left", [1, 0])
def test_a_process_that_is_gone_is_in_the_ledger(
    source: SourceDatabase, redis_url: str, tries_left: int
) -> None:
    """What the worker notes when the process of a job ended without a word."""
    run = open_hourly_run(Trigger.ADMIN)
    scores = fetch(enqueue_run(run))[1]
    Ledger(run).start()
    scores.retries_left = tries_left
    tasks.note_gone(scores, "its process was ended by SIGKILL")
    run.refresh_from_db()
    gone, _, again = run.error.partition("; ")
    assert gone == "calculate_sentiment_scores: its process was ended by SIGKILL"
    assert again.startswith("try 4 of 4 begins at ") if tries_left else not again
    assert run.steps["calculate_sentiment_scores"]["status"] == RunStatus.FAILED
    assert run.status == (RunStatus.RUNNING if tries_left else RunStatus.FAILED)
    deferred = django_rq.get_queue(HOURLY_QUEUE).deferred_job_registry.get_job_ids()
    assert len(deferred) == (3 if tries_left else 1)


def test_a_member_whose_process_is_gone_leaves_the_run_to_the_others(
    source: SourceDatabase, redis_url: str
) -> None:
    run = add_run()
    first, second = fetch(enqueue_run(run))
    for job, status in ((first, RunStatus.RUNNING), (second, RunStatus.FAILED)):
        Ledger(run).join()
        job.retries_left = 0
        tasks.note_gone(job, "its process was ended by SIGKILL")
        run.refresh_from_db()
        assert run.status == status
    assert run.error == "join_backfill: its process was ended by SIGKILL"


def test_schedules_are_registered_once(redis_url: str) -> None:
    assert schedules.missing() == ["hourly-pipeline"]
    assert schedules.register() == ["added hourly-pipeline (0 * * * * UTC)"]
    (first,) = schedules.registered()
    assert schedules.register() == []
    assert schedules.registered() == [first]
    assert first.next_time.minute == 0
    assert schedules.missing() == []


def test_a_schedule_that_is_gone_is_put_back_and_due_at_once(redis_url: str) -> None:
    assert schedules.restore() == ["hourly-pipeline"]
    (first,) = schedules.registered()
    assert first.next_time <= timezone.now()
    assert schedules.restore() == []
    assert schedules.registered() == [first]
    assert schedules.register() == []


def test_a_changed_or_dropped_schedule_is_brought_in_step(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedules.register()
    other = (schedules.Schedule("hourly-pipeline", "30 * * * *", schedules.SCHEDULES[0].function),)
    with monkeypatch.context() as patch:
        patch.setattr(schedules, "SCHEDULES", other)
        assert schedules.register() == ["changed hourly-pipeline (30 * * * * UTC)"]
        patch.setattr(schedules, "SCHEDULES", ())
        assert schedules.register() == ["removed hourly-pipeline"]
    assert schedules.registered() == []


def between(first: int, last: int) -> list[str]:
    """The arguments of a backfill from one of the tests' windows to another."""
    return ["--start", at(first).isoformat(), "--end", at(last).isoformat()]


def wait_for(condition: Callable[[], bool], seconds: float = 40, every: float = 0.2) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(every)


def test_scheduler_and_worker_compute_a_window(source: SourceDatabase, redis_url: str) -> None:
    """The schedule comes due, the scheduler enqueues the tick, the worker runs the chain."""
    source.customer(1)
    schedules.register()
    soon = schedules.registered()[0].next_time - timedelta(days=1)
    scheduler = django_rq.get_scheduler(HOURLY_QUEUE)
    (job,) = scheduler.get_jobs()
    scheduler.change_execution_time(job, soon.replace(tzinfo=None))
    with (
        process(redis_url, "rqscheduler", "--interval", "1", "--queue", HOURLY_QUEUE),
        process(redis_url, "rqworker", "high", "default", "--with-scheduler"),
    ):
        wait_for(lambda: PipelineRun.objects.filter(status=RunStatus.SUCCEEDED).exists())
        wait_for(lambda: schedules.schedulers_alive() == 1)
    run = PipelineRun.objects.get()
    assert run.trigger == Trigger.SCHEDULE
    assert Window.objects.complete().count() == 240
    assert OverallSentiment.objects.count() == 240
    assert schedules.registered()[0].next_time > soon


def test_a_killed_worker_is_made_up_for(source: SourceDatabase, redis_url: str) -> None:
    """kill -9 of the worker and its horse in the middle of an hourly run; the next run, on a worker
    started again, ends in the right rows."""
    for customer in range(1, 41):
        source.customer(customer)
        for hour in range(2, 200, 3):
            source.reports(customer, hours_ago(hour), fn=customer % 5, fp=hour % 4)
    enqueue_run(open_hourly_run(Trigger.ADMIN))
    with process(redis_url, "rqworker", "high", "default") as worker:
        wait_for(lambda: SyncJob.objects.exists(), every=0.01)
        kill_family(worker)
    assert not PipelineRun.objects.filter(status=RunStatus.SUCCEEDED).exists()
    assert Window.objects.owing().exists()
    again = open_hourly_run(Trigger.ADMIN)
    enqueue_run(again)
    with process(redis_url, "rqworker", "high", "default"):
        wait_for(lambda: PipelineRun.objects.filter(pk=again.pk, status="succeeded").exists())
    check_everything(source)


def test_a_killed_backfill_is_made_up_for(source: SourceDatabase, redis_url: str) -> None:
    """kill -9 of the command; the same command again goes on."""
    for customer in range(1, 41):
        source.customer(customer)
        for hour in range(0, 200, 3):
            source.reports(customer, at(hour), fn=customer % 5, fp=hour % 4)
    with process(redis_url, "backfill", *between(0, 200)) as it:
        wait_for(lambda: Window.objects.exists())
        it.kill()
        it.wait(10)
    with process(redis_url, "backfill", *between(0, 200)) as it:
        assert it.wait(60) == 0
    check_everything(source)


def test_overlapping_runs_end_in_the_same_rows(source: SourceDatabase, redis_url: str) -> None:
    """Two backfills of one range at once, as processes."""
    for customer in range(1, 21):
        source.customer(customer)
        for hour in range(0, 96, 2):
            source.reports(customer, at(hour), fn=customer % 5, fp=hour % 4)
    arguments = ("backfill", *between(0, 96), "--reprocess", "all")
    with process(redis_url, *arguments) as first, process(redis_url, *arguments) as second:
        assert (first.wait(60), second.wait(60)) == (0, 0)
    check_everything(source)
