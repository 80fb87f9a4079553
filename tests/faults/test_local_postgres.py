"""Results in a PostgreSQL that cuts a session in the middle of a transaction, restarts, may only be
read, or has no room: one line that says what to do, no half window, and right rows afterwards."""

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.places import hand_over
from demo.servers import PostgresServer
from tests.demo.waiting import wait_for
from tests.faults.command import manage, only_line
from tests.faults.rows import BACKFILL, WINDOWS, ByHour, fill, flip, in_source
from tests.jobs.plain_loop import Row
from tests.processes import ROOT, environment, web_server
from tests.source import SourceDatabase

CURRENT_COUNTS = """
SELECT customer.customer_id, (extract(epoch FROM window_start) / 3600)::int, fn_count, fp_count
FROM sentiment_api_syncjob AS counts JOIN sentiment_api_customer AS customer
ON customer.id = counts.customer_id WHERE superseded_at IS NULL AND fn_count + fp_count > 0
"""
PAGE = 8192
SCORES = "sentiment_api_sentimentscore"
ADVICE = (
    "check that the server of DATABASE_URL runs; the same command with --reprocess failed goes on"
)


class Results:
    """A server of its own for results, and what a process needs to use it and the source."""

    def __init__(self, server: PostgresServer, source: SourceDatabase) -> None:
        self.server = server
        self.environment = {
            "DATABASE_URL": server.url("results"),
            "SOURCE_DB_HOST": source.server.host,
            "SOURCE_DB_PORT": str(source.server.port),
            "SOURCE_DB_USER": source.server.user,
            "SOURCE_DB_PASSWORD": source.server.password,
        }

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command."""
        return manage(*arguments, before=None, **self.environment)

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """Rows of a query there."""
        with closing(self.server.connect("results")) as link, link.cursor() as cursor:
            link.autocommit = True
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []

    @contextmanager
    def stopped_in_a_transaction(self) -> Iterator[Future[subprocess.CompletedProcess[str]]]:
        """A run that has written counts and waits, within a transaction, to write a score; gives
        what it says in the end."""
        with closing(self.server.connect("results")) as blocker, ThreadPoolExecutor() as pool:
            blocker.cursor().execute(f"LOCK TABLE {SCORES} IN SHARE MODE")
            command = pool.submit(self.manage, *BACKFILL)
            assert wait_for(lambda: bool(self.waiting()), 60)
            yield command
            blocker.close()

    def waiting(self) -> list[int]:
        """The sessions that wait for a lock within a transaction."""
        return [
            pid
            for (pid,) in self.sql(
                "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
                "AND xact_start IS NOT NULL AND datname = 'results'"
            )
        ]

    def newest_run(self) -> tuple[str, str]:
        """Status and error of the run that was asked for last."""
        found = self.sql("SELECT status, error FROM jobs_pipelinerun ORDER BY run_id DESC LIMIT 1")
        return found[0][0], found[0][1]

    def all_whole(self, *states: ByHour) -> bool:
        """Does each window that was read hold what it held in one of these states of the source?"""
        found: ByHour = defaultdict(dict)
        for customer, hour, fn, fp in self.sql(CURRENT_COUNTS):
            found[hour][customer] = Row(hour, fn, fp)
        read = self.sql("SELECT (extract(epoch FROM window_start) / 3600)::int FROM jobs_window")
        return len(read) == WINDOWS and all(
            found[hour] in [state.get(hour, {}) for state in states] for (hour,) in read
        )

    def run_and_check(self) -> None:
        """Another run ends well, and in the right rows."""
        done = self.manage(*BACKFILL)
        assert done.returncode == 0, done.stderr
        checked = subprocess.run(
            [sys.executable, "-m", "tests.faults.checking"],
            cwd=ROOT,
            env=environment("") | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert checked.stdout == f"{WINDOWS}\n", checked.stderr


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PostgresServer]:
    """An empty database `results` on a server of its own."""
    with PostgresServer(tmp_path / "server", throwaway=True) as server:
        server.create_database("results")
        yield server


@pytest.fixture
def results(server: PostgresServer, source: SourceDatabase) -> Results:
    """The source has reports, and the database its tables."""
    fill(source)
    results = Results(server, source)
    assert results.manage("migrate").returncode == 0
    return results


@pytest.mark.django_db
def test_a_cut_session_and_a_restart_end_in_one_line_and_the_next_run_repairs(
    source: SourceDatabase, results: Results
) -> None:
    assert results.manage(*BACKFILL).returncode == 0
    flip(source)
    with results.stopped_in_a_transaction() as command:
        results.sql(f"SELECT pg_terminate_backend({results.waiting()[0]})")
    said = only_line(command.result())
    assert said == f"local database: server closed the connection unexpectedly; {ADVICE}"
    assert results.newest_run() == ("failed", said), "the line was opened again for it"
    results.run_and_check()

    flip(source)
    with web_server(None, **results.environment) as address:
        assert requests.get(f"{address}/api/customers/", timeout=30).status_code == 200
        with results.stopped_in_a_transaction() as command:
            results.server.restart()
        said = only_line(command.result())
        assert said.startswith("local database: ")
        assert said.endswith(ADVICE)
        for _ in range(8):
            assert requests.get(f"{address}/api/customers/", timeout=30).status_code == 200
    results.run_and_check()


@pytest.mark.django_db
def test_results_that_may_only_be_read_from_the_middle_of_a_run_on(
    source: SourceDatabase, results: Results
) -> None:
    """As when a standby takes over, or somebody protects what is left."""
    assert results.manage(*BACKFILL).returncode == 0
    one_way = in_source(source)
    flip(source)
    with web_server(None, **results.environment) as address:
        with results.stopped_in_a_transaction() as command:
            results.sql("ALTER SYSTEM SET default_transaction_read_only = on")
            results.sql("SELECT pg_reload_conf()")
        said = only_line(command.result())
        assert said.startswith("local database: cannot execute ")
        assert said.endswith("DATABASE_URL leads to a server that only reads: a standby?")
        assert only_line(results.manage(*BACKFILL)).endswith("only reads: a standby?")
        assert requests.get(f"{address}/api/customers/", timeout=30).status_code == 200
    assert results.all_whole(one_way, in_source(source))
    results.sql("ALTER SYSTEM RESET default_transaction_read_only")
    results.sql("SELECT pg_reload_conf()")
    results.run_and_check()


@pytest.fixture
def small_disk(server: PostgresServer) -> Iterator[Path]:
    """A file system of its own, for which one has to be root or to become it; in reach of the user
    that the server runs as."""
    disk = server.data.parent / "disk"
    disk.mkdir()
    become_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*become_root, "mount", "-t", "tmpfs", "-o", f"size=64m,uid={os.geteuid()}", "tmpfs"]
    try:
        subprocess.run([*mount, str(disk)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"nobody here may make a small file system: {error}")
    try:
        yield disk
    finally:
        subprocess.run([*become_root, "umount", "--lazy", str(disk)], check=True)


@pytest.mark.django_db
def test_a_disk_that_is_full_leaves_no_half_window(
    source: SourceDatabase, small_disk: Path, results_on_a_small_disk: Results
) -> None:
    """With room for no page, for a few of them, and for what some steps need."""
    results = results_on_a_small_disk
    assert results.manage(*BACKFILL).returncode == 0
    one_way = in_source(source)
    flip(source)
    other_way = in_source(source)
    with web_server(None, **results.environment) as address:
        for free in (0, 5, 20):
            with filled(small_disk, free * PAGE):
                said = only_line(results.manage(*BACKFILL))
                assert requests.get(f"{address}/api/customers/", timeout=30).status_code == 200
            assert "No space left on device; make room on the disk of that server" in said
            assert results.all_whole(one_way, other_way)
    results.run_and_check()


@pytest.fixture
def results_on_a_small_disk(
    server: PostgresServer, small_disk: Path, request: pytest.FixtureRequest
) -> Results:
    """Its tables lie there, its log elsewhere."""
    place = small_disk / "tables"
    place.mkdir()
    hand_over(place)
    with closing(server.connect()) as link, link.cursor() as cursor:
        link.autocommit = True
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        cursor.execute("ALTER DATABASE results SET TABLESPACE small")
    results: Results = request.getfixturevalue("results")
    return results


@contextmanager
def filled(disk: Path, free: int) -> Iterator[None]:
    """There is room for so many bytes more, and soon for all again."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - free))
    yield
    ballast.unlink()
