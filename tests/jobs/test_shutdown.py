"""SIGTERM: what is under way is finished or given back. Real processes."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import django_rq
import pytest
import requests
from rq.job import Job, JobStatus

from config.models import DatabaseConfig
from jobs.models import PipelineRun, Reprocess, RunStatus
from jobs.pipeline import backfill_run
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


def test_a_worker_finishes_its_job_and_gives_back_the_rest(
    source: SourceDatabase, redis_url: str
) -> None:
    source.customer(1)
    source.reports(1, at(1), fn=3, fp=1)
    run = backfill_run(at(0), at(4), Reprocess.NONE)
    run.save()
    first, *others = enqueue_run(run)
    link = django_rq.get_connection("high")

    def state(job_id: str) -> JobStatus | None:
        return Job.fetch(job_id, connection=link).get_status()

    blocker = source.server.connect(source.name)
    with worker(redis_url) as process:
        blocker.cursor().execute("LOCK email_samples IN ACCESS EXCLUSIVE MODE")
        assert wait_for(lambda: state(first) == JobStatus.STARTED, 60)
        assert wait_for(lambda: PipelineRun.objects.get().windows_planned == 4, 60)
        process.terminate()
        assert process.poll() is None, "the job is under way"
        blocker.rollback()
        assert process.wait(60) == 0
    blocker.close()
    assert state(first) == JobStatus.FINISHED
    assert state(others[0]) == JobStatus.QUEUED
    assert PipelineRun.objects.get().status == RunStatus.RUNNING
    with worker(redis_url, "--burst") as process:
        assert process.wait(120) == 0
    assert PipelineRun.objects.get().status == RunStatus.SUCCEEDED
    check_everything(source)


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
