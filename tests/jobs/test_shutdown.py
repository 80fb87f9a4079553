"""SIGTERM: what is under way is finished or given back. Real processes."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import django_rq
import pytest
import requests
from django.utils import timezone
from rq.job import Job, JobStatus

from config.models import DatabaseConfig
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger, Window
from jobs.pipeline import backfill_run, open_hourly_run
from jobs.queue import enqueue_run
from tests.demo.waiting import wait_for
from tests.jobs.conftest import at
from tests.jobs.reference import check_everything
from tests.processes import ROOT, environment, web_server
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]


@contextmanager
def worker(redis_url: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, as it is run."""
    command = [sys.executable, "manage.py", "rqworker", "high", "default", *options]
    started = subprocess.Popen(
        command, cwd=ROOT, env=environment(redis_url), stdout=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.wait(30)


@contextmanager
def stopped_while_reading(source: SourceDatabase, redis_url: str, windows: int) -> Iterator[None]:
    """A worker that gets SIGTERM while it reads the source, and ends in order."""
    blocker = source.server.connect(source.name)
    with worker(redis_url) as process:
        blocker.cursor().execute("LOCK email_samples IN ACCESS EXCLUSIVE MODE")
        assert wait_for(lambda: PipelineRun.objects.get().windows_planned == windows, 60)
        process.terminate()
        yield
        assert process.poll() is None, "the job is under way"
        blocker.rollback()
        assert process.wait(60) == 0
    blocker.close()


def go_on(source: SourceDatabase, redis_url: str) -> None:
    """Another worker ends the run."""
    assert PipelineRun.objects.get().status == RunStatus.RUNNING
    with worker(redis_url, "--burst") as process:
        assert process.wait(120) == 0
    assert PipelineRun.objects.get().status == RunStatus.SUCCEEDED
    check_everything(source)


def states(ids: list[str]) -> list[JobStatus | None]:
    link = django_rq.get_connection("high")
    return [Job.fetch(one, connection=link).get_status() for one in ids]


def test_a_worker_finishes_its_job_and_gives_back_the_rest(
    source: SourceDatabase, redis_url: str
) -> None:
    source.customer(1)
    source.reports(1, timezone.now() - timedelta(hours=5), fn=3, fp=1)
    ids = enqueue_run(open_hourly_run(Trigger.ADMIN))
    with stopped_while_reading(source, redis_url, 240):
        assert states(ids)[0] == JobStatus.STARTED
    assert states(ids)[:2] == [JobStatus.FINISHED, JobStatus.QUEUED]
    go_on(source, redis_url)


def test_a_worker_leaves_a_backfill_to_others(source: SourceDatabase, redis_url: str) -> None:
    """It need not end first, which may take hours: a part of it is enough."""
    source.customer(1)
    source.reports(1, at(1), fn=3, fp=1)
    run = backfill_run(at(0), at(40), Reprocess.NONE)
    run.save()
    ids = enqueue_run(run)
    with stopped_while_reading(source, redis_url, 40):
        assert states(ids) == [JobStatus.STARTED, JobStatus.QUEUED]
        link = django_rq.get_connection("high")
        key = f"rq:worker:{Job.fetch(ids[0], connection=link).worker_name}"
        assert wait_for(lambda: link.hexists(key, "shutdown_requested_date"), 30)
    assert states(ids) == [JobStatus.FINISHED, JobStatus.QUEUED]
    assert not Window.objects.filter(totals_owed=False).exists()
    go_on(source, redis_url)


def test_the_web_server_answers_what_it_was_asked_before() -> None:
    """A look at the health waits for a source that says nothing; meanwhile SIGTERM comes."""
    silent = socket.create_server(("127.0.0.1", 0))
    DatabaseConfig.objects.create(
        name="silent", is_active=True, host="127.0.0.1", port=silent.getsockname()[1], username="x"
    )
    answers: list[requests.Response] = []
    with web_server() as address:
        asked = threading.Thread(
            target=lambda: answers.append(requests.get(f"{address}/api/health/", timeout=60))
        )
        asked.start()
        silent.settimeout(60)
        connection, _ = silent.accept()  # The server is at work on the request.
    # The end of the block has sent SIGTERM and waited.
    asked.join(60)
    connection.close()
    silent.close()
    (answer,) = answers
    assert answer.status_code == 503
    assert answer.json()["services"]["source_database"]["status"] == "degraded"
