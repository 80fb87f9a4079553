"""Results in a PostgreSQL that cuts a session in the middle of a transaction, or restarts."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.servers import PostgresServer
from tests.demo.waiting import wait_for
from tests.faults.command import manage, only_line
from tests.faults.rows import BACKFILL, WINDOWS, fill, flip
from tests.processes import ROOT, environment, web_server
from tests.source import SourceDatabase

SCORES = "sentiment_api_sentimentscore"
ADVICE = "check that the server of DATABASE_URL runs; the next run goes on"


class Results:
    """A server of its own for results, and what a process needs to use it and the source."""

    def __init__(self, server: PostgresServer, source: SourceDatabase) -> None:
        self.server = server
        server.create_database("results")
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
            cursor.execute(statement)
            return list(cursor.fetchall())

    @contextmanager
    def stopped_in_a_transaction(self) -> Iterator[Future[subprocess.CompletedProcess[str]]]:
        """A run that has written counts and waits, within a transaction, to write a score; gives
        what it says in the end."""
        with closing(self.server.connect("results")) as blocker, ThreadPoolExecutor() as pool:
            blocker.cursor().execute(f"LOCK TABLE {SCORES} IN SHARE MODE")
            command = pool.submit(self.manage, *BACKFILL)
            assert wait_for(lambda: bool(self.waiting()), 60)
            yield command

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
def results(source: SourceDatabase, tmp_path: Path) -> Iterator[Results]:
    fill(source)
    with PostgresServer(tmp_path, throwaway=True) as server:
        results = Results(server, source)
        assert results.manage("migrate").returncode == 0
        yield results


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
