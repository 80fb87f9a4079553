"""Redis down, frozen, emptied and started again: what needs it waits, everything else goes on."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import django_rq
import psutil  # type: ignore[import-untyped]
import pytest
import requests
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from redis.exceptions import RedisError

from demo.servers import ValkeyServer
from jobs import health, schedules, tasks
from jobs.clock import from_hour, to_hour
from jobs.models import PipelineRun, RunStatus, Window
from jobs.pipeline import STEPS
from jobs.worker import Worker
from sentiment_api.models import SentimentScore
from tests.faults.clock_file import Clock, begin_early_in_the_hour
from tests.faults.command import manage, only_line
from tests.faults.inside import MARKED, add_marked_row, add_reports, caught, horse_of, slow_rows
from tests.faults.source_clock import another_clock, set_clock_of
from tests.jobs.reference import check_everything
from tests.jobs.test_queue import wait_for
from tests.processes import ROOT, environment, manage_command, web_server
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

PATIENCE = 12.0
"""No answer takes longer: the longest time-out, and what a busy machine adds to it."""
CROWD = 60
Fault = Callable[[ValkeyServer], AbstractContextManager[None]]
FOR_GUESTS = (
    *("/", "/api/customers/", "/api/sentiment/", "/graphql/?query={customers{edges{cursor}}}"),
    *("/api/health/live/", "/api/jobs/status/"),
)
FOR_STAFF = (
    *("/admin/", "/admin/jobs/pipelinerun/pipeline/", "/admin/jobs/pipelinerun/", "/metrics"),
    "/api/jobs/status/",
)
OF_QUEUES = ("/admin/rq/", "/admin/rq/queues/0/", "/admin/django_rq/dashboard/")


@pytest.fixture
def server(tmp_path: Path, settings: Settings) -> Iterator[ValkeyServer]:
    """A Valkey of this test alone, which the settings name; it keeps nothing when it ends."""
    with ValkeyServer(tmp_path / "valkey", throwaway=True) as server:
        settings.REDIS_URL = server.url()
        settings.RQ_QUEUES = {
            name: {**queue, "URL": server.url()} for name, queue in settings.RQ_QUEUES.items()
        }
        yield server


@contextmanager
def frozen(server: ValkeyServer) -> Iterator[None]:
    """It takes connections and says nothing."""
    link = server.connect()
    pid = int(link.info("server")["process_id"])
    link.close()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def down(server: ValkeyServer) -> Iterator[None]:
    """Nobody listens; afterwards it is there again, and empty."""
    server.kill()
    yield
    server.start()


@contextmanager
def down_for_a_while(server: ValkeyServer) -> Iterator[None]:
    """Nobody listens; afterwards it is there again with what it had."""
    server.connect().save()
    with down(server):
        yield


@contextmanager
def kept(
    redis_url: str, *arguments: str, clock: Path | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A `manage.py` process that is started again whenever it ends, as in the Procfile."""
    keeper = [sys.executable, str(ROOT / "deploy" / "keep.py")]
    with ExitStack() as stack:
        out = stack.enter_context(log.open("a")) if log else None
        started = subprocess.Popen(
            [*keeper, *manage_command(*arguments, clock=clock)],
            cwd=ROOT, env=environment(redis_url), stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield started
    finally:
        started.terminate()
        started.wait(30)


def staff_session() -> requests.Session:
    """Somebody who may see everything, signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("olga"))
    session = requests.Session()
    session.cookies.set("sessionid", client.cookies["sessionid"].value)
    return session


def lines(log: Path, logger: str) -> list[str]:
    """What a logger has said."""
    said = [json.loads(line) for line in log.read_text().splitlines()]
    return [line["message"] for line in said if line["logger"] == logger]


@pytest.mark.parametrize("fault", [frozen, down])
def test_the_web_goes_on_without_redis(
    server: ValkeyServer,
    tmp_path: Path,
    fault: Callable[[ValkeyServer], AbstractContextManager[None]],
) -> None:
    staff, log = staff_session(), tmp_path / "log"
    with (
        log.open("w") as out,
        web_server(out, REDIS_URL=server.url(), THROTTLE_GUEST="9999/minute") as address,
        ThreadPoolExecutor(40) as pool,
    ):

        def ask(path: str, session: requests.Session | None = None) -> requests.Response:
            get = session.get if session else requests.get
            return get(address + path, headers={"Accept": "*/*"}, timeout=60)

        def visit() -> dict[str, int]:
            """All pages at once, and a crowd of guests; the statuses."""
            asked = {path: pool.submit(ask, path) for path in FOR_GUESTS}
            asked |= {f"staff {path}": pool.submit(ask, path, staff) for path in FOR_STAFF}
            asked |= {f"queues {path}": pool.submit(ask, path, staff) for path in OF_QUEUES}
            crowd = [pool.submit(ask, "/api/customers/") for _ in range(CROWD)]
            answers = {path: answer.result() for path, answer in asked.items()}
            assert {answer.result().status_code for answer in crowd} == {200}
            slow = {path: answer.elapsed.total_seconds() for path, answer in answers.items()}
            crowded = max(answer.result().elapsed.total_seconds() for answer in crowd)
            slowest = max(slow, key=lambda path: slow[path])
            print(f"{CROWD} guests: {crowded:.1f} s; {slowest}: {slow[slowest]:.1f} s")
            assert max(crowded, *slow.values()) < PATIENCE
            for path, answer in answers.items():
                if path.startswith("queues") and answer.status_code == 503:
                    assert "Redis cannot be reached" in answer.text
            return {path: answer.status_code for path, answer in answers.items()}

        def said(what: str) -> int:
            return sum(what in line for line in lines(log, "sentiment_api.cache"))

        assert set(visit().values()) == {200}
        with fault(server):
            for path, status in visit().items():
                assert status == (503 if path.startswith("queues") else 200), path
            began = time.monotonic()
            for _ in range(20):
                assert ask("/api/customers/").status_code == 200
            print(f"20 more, one after the other: {time.monotonic() - began:.1f} s")
            assert time.monotonic() - began < PATIENCE
            assert ask("/api/health/").status_code == 503
            # Callers are counted in parts: not each request looks for Redis.
            wait_for(lambda: ask("/api/customers/").ok and said("is away") > 0)
        wait_for(lambda: ask("/api/health/").status_code == 200)
        wait_for(lambda: ask("/api/customers/").ok and said("is back") == said("is away"))
        assert set(visit().values()) == {200}
        assert 1 <= said("is away") <= 2, "once by each process"
        assert said("meanwhile callers are not counted") == said("is away")
    assert "traceback" not in log.read_text()


def test_commands_go_on_without_redis(source: SourceDatabase, server: ValkeyServer) -> None:
    source.customer(1)
    source.reports(1, timezone.now() - timedelta(hours=5), fn=2, fp=1)
    commands = (
        ("run_pipeline",),
        ("backfill", "--start", "2026-01-01", "--end", "2026-01-02", "--enqueue"),
        ("setup_schedules",),
        ("doctor",),
    )
    with frozen(server), ThreadPoolExecutor(4) as pool:
        said = [pool.submit(manage, *one, REDIS_URL=server.url()) for one in commands]
        run, enqueue, schedule, doctor = (one.result() for one in said)
    assert run.returncode == 0, run.stderr
    for refused in (enqueue, schedule):
        line = only_line(refused)
        assert line.startswith("Redis: ")
        assert line.endswith("check REDIS_URL")
    assert "BAD   redis: " in doctor.stdout
    assert not PipelineRun.objects.filter(trigger="backfill").exists(), "it was not asked for"
    check_everything(source)


def good_runs() -> int:
    return PipelineRun.objects.filter(status=RunStatus.SUCCEEDED).count()


def is_well(runs: int) -> bool:
    """Have so many runs ended well, and is there one worker and one scheduler?"""
    try:
        workers = Worker.all(connection=django_rq.get_connection("high"))
        return good_runs() >= runs and len(workers) == 1 and schedules.schedulers_alive() == 1
    except RedisError:
        return False


def test_runs_come_back_by_themselves(source: SourceDatabase, server: ValkeyServer) -> None:
    """Nobody runs setup_schedules: not at first, and not after Redis was emptied."""
    add_reports(source, timezone.now() - timedelta(hours=5))

    def has_run(fault: str, lose: Callable[[], None]) -> None:
        began, before = time.monotonic(), good_runs()
        lose()
        wait_for(lambda: is_well(before + 1))
        print(f"Redis {fault}: the next run had ended after {time.monotonic() - began:.1f} s")
        assert [one.name for one in schedules.registered()] == ["hourly-pipeline"]

    def empty() -> None:
        server.connect().flushall()

    def restart() -> None:
        server.kill()
        server.start()

    def restart_in_the_middle_of_a_job() -> None:
        add_marked_row(source, timezone.now() - timedelta(hours=3))
        with slow_rows(STEPS[1]):
            tasks.enqueue_hourly_run()
            (worker,) = psutil.Process(keeper.pid).children()
            horse = caught(horse_of(worker.pid), STEPS[1])
            restart()
            horse.resume()

    with (
        kept(server.url(), "rqscheduler", "--interval", "1"),
        kept(server.url(), "rqworker", "high", "default", "--with-scheduler") as keeper,
    ):
        wait_for(lambda: is_well(1))
        has_run("emptied", empty)
        has_run("started again, empty", restart)
        has_run("started again in the middle of a job", restart_in_the_middle_of_a_job)
    check_everything(source)
    assert SentimentScore.objects.filter(fn_count=MARKED).count() == 2


def test_an_idle_worker_waits_for_redis_and_is_seen_soon_after(
    server: ValkeyServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    queue = django_rq.get_queue("high")
    worker = Worker([queue], connection=queue.connection)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        assert threading.current_thread() is threading.main_thread()
        waits.append(seconds)
        if len(waits) == 7:
            server.start()
            queue.enqueue("builtins.len", "")

    monkeypatch.setattr("rq.worker.base.time", SimpleNamespace(sleep=wait))
    # The last that it does before it listens.
    monkeypatch.setattr(worker, "procline", lambda _: server.kill())
    worker.register_birth()
    worker.subscribe()
    try:
        assert worker.dequeue_job_and_maintain_ttl(1) is not None
    finally:
        worker.unsubscribe()
    assert waits == [1, 2, 4, 8, 10, 10, 10]
    said = [one for one in caplog.messages if "could not connect" in one]
    assert len(said) == len(waits), "the thread that hears of commands says nothing"
    assert health.worker().status is health.Level.HEALTHY


@pytest.mark.parametrize("fault", [frozen, down_for_a_while])
def test_an_hour_strikes_while_redis_is_away(
    source: SourceDatabase, server: ValkeyServer, tmp_path: Path, fault: Fault
) -> None:
    """Worker and scheduler live on, and the tick of that hour is made up for."""
    begin_early_in_the_hour()
    clock, log = Clock(tmp_path / "clock"), tmp_path / "scheduler.log"
    add_reports(source, timezone.now() - timedelta(hours=5))
    with (
        another_clock(source),
        kept(server.url(), "rqscheduler", "--interval", "1", clock=clock.file, log=log) as keeper,
        kept(server.url(), "rqworker", "high", "default", "--with-scheduler", clock=clock.file),
    ):
        wait_for(lambda: is_well(1))
        (scheduler,) = psutil.Process(keeper.pid).children()
        with fault(server):
            over = to_hour(timezone.now())
            add_marked_row(source, from_hour(over))
            clock.is_ahead(3600)
            set_clock_of(source, 3600)
            wait_for(lambda: "Redis is away" in log.read_text())
            began = time.monotonic()
        wait_for(lambda: is_well(2), 90)
        print(f"{fault.__name__}: that run had ended after {time.monotonic() - began:.1f} s")
        assert log.read_text().count("Redis is back") == 1
        assert scheduler.is_running(), "it was not started again, it has waited"
        (registered,) = schedules.registered()
        ahead = registered.next_time - timezone.now()
        assert timedelta(hours=1) < ahead <= timedelta(hours=2)
    assert Window.objects.complete().filter(window_start=from_hour(over)).exists()
    assert PipelineRun.objects.count() == good_runs()
    assert SentimentScore.objects.get(window_start=from_hour(over)).fn_count == MARKED
    check_everything(source)
