"""An SQLite file that is locked, full, read-only or left by a killed writer: one line that says
what to do, no half window, and right rows afterwards."""

import ctypes
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import django_rq
import psutil  # type: ignore[import-untyped]
import pytest
from django.db import OperationalError, connection
from rq.job import Job

from jobs import schedules
from jobs.models import PipelineRun, RunStatus, Trigger
from jobs.pipeline import one_line, open_hourly_run
from jobs.queue import HOURLY_QUEUE, enqueue_run
from tests.demo.waiting import wait_for
from tests.faults.command import manage, only_line
from tests.faults.rows import BACKFILL, all_whole, backfill, fill, flip, in_source, newest_run
from tests.faults.write_ahead_log import has_unfinished_transaction
from tests.jobs.reference import check_everything
from tests.jobs.test_queue import work
from tests.processes import ROOT, environment, process
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

KILLS = 200 if os.environ.get("LONG") else 20
MOST_PAGES = 2**32 - 2
MOST_BYTES = 150_000
CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24


@pytest.fixture
def file(source: SourceDatabase) -> Path:
    """The file of this test's database; the source has reports."""
    if connection.vendor != "sqlite":
        pytest.skip("the results are not in SQLite")
    fill(source)
    return Path(connection.settings_dict["NAME"])


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else writes."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_a_writer_waits_for_another(source: SourceDatabase, file: Path) -> None:
    command = [sys.executable, "manage.py", *BACKFILL]
    with locked(file) as other:
        run = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(""),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        opened = psutil.Process(run.pid)
        assert wait_for(lambda: str(file) in [one.path for one in opened.open_files()])
        with pytest.raises(subprocess.TimeoutExpired):
            run.wait(1)
        other.execute("ROLLBACK")
        assert run.wait(60) == 0
    check_everything(source)


def test_a_lock_that_stays_is_named(source: SourceDatabase, file: Path) -> None:
    with locked(file):
        answer = only_line(manage(*BACKFILL, DATABASE_URL=f"sqlite:///{file}?timeout=1"))
    assert answer.startswith("local database: database is locked; something has been writing")
    assert not PipelineRun.objects.exists()
    assert manage(*BACKFILL).returncode == 0
    check_everything(source)


def test_the_tick_comes_again_when_the_database_was_locked(
    source: SourceDatabase, file: Path, redis_url: str
) -> None:
    """The schedule's own job is not tried again; without another one the hour would be left out."""
    schedules.register()
    scheduler = django_rq.get_scheduler(HOURLY_QUEUE)
    (tick,) = scheduler.get_jobs()
    again = django_rq.get_queue(HOURLY_QUEUE).scheduled_job_registry
    impatient = f"sqlite:///{file}?timeout=1"
    with process(
        redis_url, "rqworker", "high", "default", "--with-scheduler", DATABASE_URL=impatient
    ):
        with locked(file):
            scheduler.enqueue_job(tick)
            assert wait_for(lambda: again.get_job_ids() == [f"{tick.id}-again"], 60)
            failed = django_rq.get_queue(HOURLY_QUEUE).failed_job_registry
            assert failed.get_job_ids() == [], "the other one tells, if it does not help"
        assert not PipelineRun.objects.exists()
        again.connection.zadd(again.key, {f"{tick.id}-again": time.time()})
        assert wait_for(lambda: PipelineRun.objects.filter(status="succeeded").exists(), 60)
    assert PipelineRun.objects.count() == 1
    assert [one.name for one in schedules.registered()] == ["hourly-pipeline"]


def test_a_worker_that_cannot_write_leaves_no_job_waiting(
    source: SourceDatabase, file: Path, redis_url: str
) -> None:
    """Its last attempt: the ledger cannot be told, the queue is in order all the same."""
    run = open_hourly_run(Trigger.ADMIN)
    high = django_rq.get_queue(HOURLY_QUEUE)
    first = Job.fetch(enqueue_run(run)[0], connection=high.connection)
    first.retries_left = 0
    first.save()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
        work()
        cursor.execute("PRAGMA query_only = 0")
    assert high.failed_job_registry.get_job_ids() == [first.id]
    assert high.deferred_job_registry.get_job_ids() == []
    assert manage(*BACKFILL).returncode == 0
    check_everything(source)


def test_a_disk_that_is_full_at_any_page_leaves_no_half_window(
    source: SourceDatabase, file: Path
) -> None:
    backfill()
    with connection.cursor() as cursor:
        # Pages that earlier tests have left would be room.
        cursor.execute("VACUUM")
    one_way = in_source(source)
    flip(source)
    other_way = in_source(source)
    failures = 0
    for free in (0, 1, 2, 3, 5, 8, 13, 21, 34):
        limit_pages(free)
        failures += lacks_room()
        limit_pages(None)
        assert all_whole(one_way, other_way)
        flip(source)
    assert failures > 5
    backfill()
    check_everything(source)


def lacks_room() -> bool:
    """Does a run end because there is no room, and say so?"""
    try:
        backfill()
    except OperationalError as error:
        said = one_line(error)
    else:
        return False
    assert "database or disk is full; make room on the disk of DATABASE_URL" in said
    return True


def limit_pages(free: int | None) -> None:
    """Let the file have so many pages more; None: any number."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count = {MOST_PAGES if free is None else pages + free}")


def test_a_process_that_may_write_no_more_says_so(source: SourceDatabase, file: Path) -> None:
    """A quota: the system refuses to let the log grow, in the middle of the run."""
    backfill()
    one_way = in_source(source)
    flip(source)
    connection.close()
    bound = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))
    answer = only_line(manage(*BACKFILL, before=bound))
    assert answer.startswith("local database: disk I/O error; see whether the disk of DATABASE_URL")
    run = newest_run()
    assert (run.status, run.error) == (RunStatus.FAILED, answer), "so little has room"
    assert answer.endswith("--reprocess failed goes on"), "no hourly run reads so far back"
    assert all_whole(one_way, in_source(source))
    assert manage(*BACKFILL).returncode == 0
    check_everything(source)


def test_a_file_that_may_not_be_written_is_named(source: SourceDatabase, file: Path) -> None:
    connection.close()
    file.chmod(0o444)
    file.parent.chmod(0o555)
    try:
        answer = only_line(manage(*BACKFILL, before=obey_modes))
    finally:
        file.parent.chmod(0o755)
        file.chmod(0o644)
    assert "let the user who runs this write the file of DATABASE_URL and its folder" in answer
    assert not PipelineRun.objects.exists()
    backfill()
    check_everything(source)


def obey_modes() -> None:
    """Root may write whatever its mode says, until it gives that up."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


def test_a_file_outlives_writers_that_are_killed(source: SourceDatabase, file: Path) -> None:
    """SIGKILL at seeded moments between a run's first write and its last. Little memory for pages
    and frequent checkpoints let it be at the log or the file most of the time."""
    connection.close()
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA cache_size=10; PRAGMA wal_autocheckpoint=20;"
    address = f"sqlite:///{file}?init_command={quote(pragmas)}"
    log = file.with_name(f"{file.name}-wal")
    chance = random.Random(5)
    killed = unfinished = 0
    with writers(address) as writer:
        child = begin(writer, log)
        begun = time.monotonic()
        assert answer(writer) == 0
        longest = time.monotonic() - begun
        while killed < KILLS or not unfinished:
            source.sql(
                "UPDATE email_samples SET sample_type = CASE sample_type WHEN 'FN' THEN 'FP' "
                "ELSE 'FN' END WHERE id %% 7 = %s",
                chance.randrange(7),
            )
            child = begin(writer, log)
            time.sleep(chance.uniform(0, longest))
            os.kill(child, signal.SIGKILL)
            if answer(writer) == -signal.SIGKILL:
                killed += 1
                unfinished += has_unfinished_transaction(log)
            check_file(file)
    print(f"{killed} killed, {unfinished} of them within a transaction")
    backfill()
    check_everything(source)
    check_file(file)


@contextmanager
def writers(address: str) -> Iterator[subprocess.Popen[str]]:
    """Makes a writer whenever it is asked for one."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.writer"],
        cwd=ROOT,
        env=environment("") | {"DATABASE_URL": address, "LOG_LEVEL": "ERROR"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        yield started
        assert started.stdin is not None
        started.stdin.close()


def begin(writer: subprocess.Popen[str], log: Path) -> int:
    """A writer that has begun to write; its process id."""
    before = log.stat().st_mtime_ns if log.exists() else 0
    child = answer(writer)
    while not log.exists() or log.stat().st_mtime_ns == before:
        time.sleep(0.001)
    return child


def answer(writer: subprocess.Popen[str]) -> int:
    """What is said to another line: a child's process id, then how it has ended."""
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdin.write("\n")
    writer.stdin.flush()
    return int(writer.stdout.readline())


def check_file(file: Path) -> None:
    """SQLite finds nothing wrong in it."""
    with closing(sqlite3.connect(file)) as link:
        assert link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert link.execute("PRAGMA foreign_key_check").fetchall() == []
