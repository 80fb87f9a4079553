"""kill -9 of everything that has a process, in every step of the pipeline. The next run repairs it:
each result is compared with plain loops over the source's rows."""

import os
import time
from contextlib import ExitStack
from datetime import timedelta

import django_rq
import psutil  # type: ignore[import-untyped]
import pytest
from django.utils import timezone
from rq.job import Job, JobStatus

from jobs import queue, schedules, tasks
from jobs.models import PipelineRun, RunStatus, Trigger, Window
from jobs.pipeline import STEPS, open_hourly_run
from sentiment_api.models import OverallSentiment
from tests.faults.inside import TABLES, add_reports, caught, horse_of, kill, newest_run, slow_rows
from tests.jobs.reference import check_everything
from tests.jobs.test_queue import wait_for
from tests.processes import answers, kill_family, process, starting_web_server
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

LONG = bool(os.environ.get("LONG"))
WORKER = ("rqworker", "high", "default", "--with-scheduler")


def has_ended_well(run: PipelineRun) -> bool:
    run.refresh_from_db()
    return run.status == RunStatus.SUCCEEDED


def check(source: SourceDatabase, windows: int = 240) -> None:
    """Rows are those of the source, of each key once and none revised; no window is left out."""
    assert Window.objects.count() == windows
    check_everything(source)
    for model in TABLES.values():
        assert not model.objects.filter(revision__gt=1).exists()


@pytest.mark.parametrize("step", STEPS)
def test_a_horse_and_then_its_worker_are_killed(
    source: SourceDatabase, redis_url: str, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ does the job of a killed horse again; the job of a killed worker is "started" for minutes,
    and does not keep the next hour's run from making up for it."""
    monkeypatch.setattr(queue, "RETRY_AFTER_SECONDS", [1, 1, 1])
    add_reports(source, timezone.now() - timedelta(hours=5))
    lost = open_hourly_run(Trigger.SCHEDULE)
    ids = queue.enqueue_run(lost)
    with process(redis_url, *WORKER) as worker:
        find = horse_of(worker.pid)
        with slow_rows(step):
            horse = caught(find, step)
            began = time.monotonic()
            kill(horse)
            wait_for(lambda: "SIGKILL" in PipelineRun.objects.get().error, every=0.02)
            lost.refresh_from_db()
            assert lost.error.startswith(f"{step}: its process was ended by SIGKILL")
            assert lost.state == RunStatus.RUNNING, "it is tried again"
            again = caught(find, step)
            print(f"\n{step}: horse killed, at work again after {time.monotonic() - began:.1f} s")
            assert again.pid != horse.pid
            kill_family(worker)
            killed = time.monotonic()
    link = django_rq.get_connection("high")
    job = Job.fetch(ids[STEPS.index(step)], connection=link)
    assert job.get_status() == JobStatus.STARTED, "RQ does not know better"
    started = job.started_job_registry
    (doing,) = started.get_job_and_execution_ids(cleanup=False)
    sign_ends = link.zscore(started.key, ":".join(doing))
    assert sign_ends is not None
    assert sign_ends - time.time() < 100
    assert not OverallSentiment.objects.filter(total_fn_count__gt=90).exists()
    tasks.enqueue_hourly_run()
    run = newest_run()
    assert run is not None
    assert run.run_id != lost.run_id
    with process(redis_url, *WORKER):
        wait_for(lambda: has_ended_well(run))
    print(f"{step}: worker killed, made up for after {time.monotonic() - killed:.1f} s")
    check(source)


def test_rq_gives_the_job_of_a_dead_worker_back(
    source: SourceDatabase, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the job has shown no sign of life for a while, the same run goes on by itself. That
    while passes: some seconds of it, and in the long form as it is."""
    impatient = () if LONG else ("--worker-class", "tests.faults.impatient.Worker")
    if not LONG:
        monkeypatch.setattr(queue, "RETRY_AFTER_SECONDS", [0, 0, 0])
    add_reports(source, timezone.now() - timedelta(hours=5))
    run = open_hourly_run(Trigger.SCHEDULE)
    ids = queue.enqueue_run(run)
    with process(redis_url, *WORKER, *impatient) as worker, slow_rows(STEPS[1]):
        caught(horse_of(worker.pid), STEPS[1])
        kill_family(worker)
    killed = time.monotonic()
    link = django_rq.get_connection("high")
    with process(redis_url, *WORKER, *impatient):
        assert Job.fetch(ids[1], connection=link).get_status() == JobStatus.STARTED
        wait_for(lambda: has_ended_well(run), 400)
    print(f"worker killed, its run had ended after {time.monotonic() - killed:.1f} s")
    check(source)


def test_scheduler_and_web_server_are_killed_in_every_step(
    source: SourceDatabase, redis_url: str
) -> None:
    """The run does not need them; started again by their supervisor, they go on."""
    add_reports(source, timezone.now() - timedelta(hours=5))
    schedules.register()
    run = open_hourly_run(Trigger.SCHEDULE)
    queue.enqueue_run(run)
    link = django_rq.get_connection("high")
    with ExitStack() as stack:
        worker = stack.enter_context(process(redis_url, *WORKER))
        stack.enter_context(slow_rows(*STEPS))
        for step in STEPS:
            scheduler = stack.enter_context(process(redis_url, "rqscheduler", "--interval", "1"))
            server, address = stack.enter_context(starting_web_server(WEB_CONCURRENCY="1"))
            horse = caught(horse_of(worker.pid), step)
            wait_for(lambda where=address: answers(where))  # type: ignore[misc]
            wait_for(lambda: schedules.schedulers_alive() == 1)
            kill_family(scheduler)
            kill_family(server)
            link.delete(*link.scan_iter("rq:scheduler_instance:*"))
            horse.resume()
        wait_for(lambda: has_ended_well(run))
    assert [one.name for one in schedules.registered()] == ["hourly-pipeline"]
    check(source)


@pytest.mark.parametrize(
    ("command", "steps"), [("run_pipeline", STEPS[::2]), ("backfill", STEPS[1::2])]
)
def test_a_killed_command_is_made_up_for_by_the_same_command(
    source: SourceDatabase, command: str, steps: tuple[str, ...]
) -> None:
    now = timezone.now()
    add_reports(source, now - timedelta(hours=5))
    start, end = (f"{now - timedelta(hours=ago):%Y-%m-%dT%H:00}" for ago in (40, 0))
    backfill = ("--start", start, "--end", end)
    arguments = (command, *(backfill if command == "backfill" else ()))
    for step in steps:
        with process("", *arguments) as killed, slow_rows(step):
            doing = psutil.Process(killed.pid)
            caught(lambda: doing, step)  # noqa: B023
            kill_family(killed)
    began = time.monotonic()
    with process("", *arguments) as it:
        assert it.wait(60) == 0
    print(f"{command}: killed twice, made up for within {time.monotonic() - began:.1f} s")
    check(source, 240 if command == "run_pipeline" else 40)
    states = list(PipelineRun.objects.order_by("run_id").values_list("status", flat=True))
    assert states == [RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.SUCCEEDED]
