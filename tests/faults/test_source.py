"""A source that is away, silent, cut off or restarted: an end in one line, no half window, and
right rows as soon as it is back."""

import random
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_rq
import pytest
import requests
from django.utils import timezone
from rq.job import Job
from rq.registry import ScheduledJobRegistry

from config.models import DatabaseConfig
from demo.servers import PostgresServer
from jobs.health import Level, look_at_source
from jobs.models import PipelineRun, RunStatus, Trigger
from jobs.pipeline import STEPS, open_hourly_run
from jobs.queue import HOURLY_QUEUE, enqueue_run, job_id
from jobs.source.connection import SourceError, open_source
from tests.demo.waiting import wait_for
from tests.faults.command import manage, only_line
from tests.faults.proxy import Proxy
from tests.faults.rows import (
    BACKFILL,
    CUSTOMERS,
    all_whole,
    backfill,
    fill,
    flip,
    in_source,
    newest_run,
)
from tests.jobs.reference import check_everything
from tests.processes import process, web_server
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]


@pytest.fixture
def line(source: SourceDatabase) -> Iterator[Proxy]:
    """The only way to the source, which has reports. Little patience with it."""
    fill(source)
    with Proxy((source.server.host, source.server.port)) as proxy:
        DatabaseConfig.objects.update(
            host=proxy.host, port=proxy.port, connect_timeout=2, statement_timeout=3
        )
        yield proxy


def test_a_line_that_is_cut_at_any_byte_leaves_no_half_window(
    source: SourceDatabase, line: Proxy
) -> None:
    backfill()
    # Times and counts are not always of the same length.
    everything = line.answered - 200
    one_way = in_source(source)
    flip(source)
    other_way = in_source(source)
    chance = random.Random(11)
    for _ in range(30):
        line.after(chance.randrange(everything), line.cut)
        with pytest.raises(SourceError, match="closed the connection unexpectedly; check host"):
            backfill()
        assert newest_run().status == RunStatus.FAILED
        assert all_whole(one_way, other_way)
        flip(source)
    backfill()
    check_everything(source)


def refuse(_: SourceDatabase, line: Proxy, __: int) -> None:
    line.refuse()


def change_password(source: SourceDatabase, _: Proxy, __: int) -> None:
    source.sql("ALTER ROLE reader PASSWORD 'another'")


def say_nothing(_: SourceDatabase, line: Proxy, __: int) -> None:
    line.stall()


def cut_in_a_result(_: SourceDatabase, line: Proxy, everything: int) -> None:
    line.after(everything * 2 // 3, line.cut)


def stall_in_a_result(_: SourceDatabase, line: Proxy, everything: int) -> None:
    line.after(everything * 2 // 3, line.stall)


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (refuse, "Connection refused; check host and port"),
        (change_password, 'password authentication failed for user "reader"; check user name'),
        (say_nothing, "timeout expired; check host and port"),
        (cut_in_a_result, "server closed the connection unexpectedly; check host and port"),
        (stall_in_a_result, "no answer for 5 s; check host and port"),
    ],
)
def test_a_command_says_it_in_one_line_and_the_next_is_right(
    source: SourceDatabase,
    line: Proxy,
    break_it: Callable[[SourceDatabase, Proxy, int], None],
    said: str,
) -> None:
    with reader(source):
        backfill()
        flip(source)
        break_it(source, line, line.answered)
        answer = only_line(manage(*BACKFILL))
        assert f"source 127.0.0.1:{line.port}/email_security: " in answer
        assert said in answer
        run = newest_run()
        assert (run.status, run.error) == (RunStatus.FAILED, answer)
        line.mend()
        source.sql("ALTER ROLE reader PASSWORD 'pw'")
        backfill()
    check_everything(source)


@contextmanager
def reader(source: SourceDatabase) -> Iterator[None]:
    """Read as a user who may do nothing else."""
    source.sql("CREATE ROLE reader LOGIN PASSWORD 'pw'")
    source.sql("GRANT SELECT ON customers, email_samples TO reader")
    DatabaseConfig.objects.update(username="reader")
    config = DatabaseConfig.active()
    config.password = "pw"
    config.save()
    try:
        yield
    finally:
        source.sql("DROP OWNED BY reader")
        source.sql("DROP ROLE reader")


def test_a_worker_tries_again_later_and_later(
    source: SourceDatabase, line: Proxy, redis_url: str
) -> None:
    """Down, then silent, then cut in a result; the fourth time the source is as it was. The first
    wait passes as it is, the others are cut short."""
    fill(source, timezone.now() - timedelta(hours=1), first_customer=CUSTOMERS + 1)
    line.refuse()
    run = open_hourly_run(Trigger.SCHEDULE)
    enqueue_run(run)
    with process(redis_url, "rqworker", "high", "default", "--with-scheduler"):
        assert until_it_waits(run, "Connection refused") == about(10)
        line.mend()
        line.stall()
        assert until_it_waits(run, "timeout expired") == about(60)
        line.mend()
        line.after(10_000, line.cut)
        try_now(run)
        assert until_it_waits(run, "closed the connection") == about(300)
        try_now(run)
        assert wait_for(lambda: PipelineRun.objects.get(pk=run.pk).status == "succeeded", 60)
    check_everything(source)


def about(seconds: int) -> Any:
    """RQ plans in whole seconds."""
    return pytest.approx(seconds, abs=1.5)


def until_it_waits(run: PipelineRun, error: str) -> float:
    """Wait until an attempt has failed with this error; the seconds to the next one."""
    waiting, job = registry(), job_id(run.run_id, STEPS[0])
    assert wait_for(
        lambda: error in PipelineRun.objects.get(pk=run.pk).error and job in waiting, 60
    )
    assert PipelineRun.objects.get(pk=run.pk).status == RunStatus.RUNNING
    failed_at = Job.fetch(job, connection=waiting.connection).ended_at
    assert failed_at is not None
    return (waiting.get_scheduled_time(job) - failed_at).total_seconds()


def try_now(run: PipelineRun) -> None:
    """Let the time of the next attempt be now."""
    waiting = registry()
    waiting.connection.zadd(waiting.key, {job_id(run.run_id, STEPS[0]): time.time()})


def registry() -> ScheduledJobRegistry:
    found: ScheduledJobRegistry = django_rq.get_queue(HOURLY_QUEUE).scheduled_job_registry
    return found


def test_the_site_goes_on_while_the_source_is_silent(
    source: SourceDatabase, line: Proxy, redis_url: str
) -> None:
    """It signs us in and then says nothing more: the worst a source can do."""
    backfill()
    line.answered = 0
    with open_source(DatabaseConfig.active()):
        half = line.answered // 2
    with web_server(REDIS_URL=redis_url) as address:
        line.after(half, line.stall)
        health = requests.get(f"{address}/api/health/", timeout=30)
        assert line.lines == 0, "it has given up"
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        assert health.json()["services"]["source_database"] == {
            "status": "degraded",
            "message": "The source cannot be read.",
        }
        customers = requests.get(f"{address}/api/customers/", timeout=30)
        assert customers.json()["count"] == CUSTOMERS
        asked = {"query": "{ customers { edges { node { currentSentiment } } } }"}
        answer = requests.post(f"{address}/graphql/", json=asked, timeout=30).json()
        assert len(answer["data"]["customers"]["edges"]) == CUSTOMERS
    line.mend()
    assert look_at_source().status == Level.HEALTHY


def test_a_source_that_restarts_in_the_middle_of_a_result(tmp_path: Path) -> None:
    with PostgresServer(tmp_path, throwaway=True) as server, SourceDatabase.on(server) as source:
        DatabaseConfig.objects.create(name="source", is_active=True, **source.connection_kwargs)
        fill(source)
        backfill()
        flip(source)
        blocker = server.connect(source.name)
        blocker.cursor().execute("LOCK email_samples IN ACCESS EXCLUSIVE MODE")
        with ThreadPoolExecutor() as pool:
            command = pool.submit(manage, *BACKFILL)
            assert wait_for(lambda: counts_are_waited_for(source), 60)
            server.restart()
            answer = only_line(command.result())
        source.connection = server.connect(source.name)
        source.connection.autocommit = True
        assert re.search("terminating connection|closed the connection unexpectedly", answer)
        assert newest_run().error == answer
        backfill()
        check_everything(source)


def counts_are_waited_for(source: SourceDatabase) -> bool:
    return bool(source.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
