"""A backfill in the queue, done by one worker and by two; results in PostgreSQL.

Each time into an empty database, with real workers. What counts is the time from the run's begin to
its end, as the ledger has it: workers are up before.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from benchmarks.benchmark import Benchmark, Ratio, Side
from benchmarks.growth.local import iso
from benchmarks.growth.source import SourceOf
from benchmarks.servers import ROOT, environment, manage, postgres, valkey
from benchmarks.stage import Stage
from demo.servers import PostgresServer

CUSTOMERS, WINDOWS = 2_000, 240
FIRST_HOUR = 490_000
_BACKFILL = ("backfill", "--start", iso(FIRST_HOUR), "--end", iso(FIRST_HOUR + WINDOWS))
_WAIT_SECONDS = 600.0
_QUEUES = 1
"""The number of the database of Valkey that holds queues here."""

_ANSWER = """
SELECT c.customer_id, s.window_start, s.fn_count, s.fp_count, s.revision,
    round(s.sentiment_score::numeric, 9), round(s.score_low::numeric, 9)
FROM sentiment_api_sentimentscore AS s JOIN sentiment_api_customer AS c ON c.id = s.customer_id
UNION ALL
SELECT 0, window_start, total_fn_count, total_fp_count, revision,
    round(avg_sentiment_score::numeric, 9), round(standing_low::numeric, 9)
FROM sentiment_api_segmentsentiment
UNION ALL
SELECT -1, window_start, total_fn_count, total_fp_count, revision,
    round(avg_sentiment_score::numeric, 9), round(standing_low::numeric, 9)
FROM sentiment_api_overallsentiment
ORDER BY 1, 2, 3, 4, 5, 6, 7
"""


@contextmanager
def _source(stage: Stage) -> Iterator[SourceOf]:
    """A database of the vendor with reports."""
    hours = range(FIRST_HOUR, FIRST_HOUR + WINDOWS)
    source = SourceOf(stage.have(postgres), "fan_out_source", CUSTOMERS, hours)
    source.fill()
    yield source


@dataclass
class _Crew:
    """So many workers, and the results of the last backfill that they did."""

    stage: Stage
    workers: int
    _numbers: Iterator[int]
    _database: str = ""

    def measure(self) -> float:
        """Seconds that the crew takes for the backfill."""
        server = self.stage.have(postgres)
        if self._database:
            server.drop_database(self._database)
        self._database = f"fan_out_{next(self._numbers)}"
        server.create_database(self._database)
        settings = self._settings(server)
        queues = self.stage.have(valkey).connect(_QUEUES)
        queues.flushdb()
        manage(settings, "django", "migrate", "--noinput", "--verbosity", "0")
        with ExitStack() as crew:
            for _ in range(self.workers):
                crew.enter_context(_worker(settings))
            _wait_until(lambda: queues.scard("rq:workers") == self.workers, "workers")
            manage(settings, "django", *_BACKFILL, "--enqueue")
            _wait_until(lambda: bool(self._seconds(server)), "the end of the backfill")
        return float(self._seconds(server)[0][0])

    def answer(self) -> object:
        """What the last backfill stored; one is done first where there was none."""
        if not self._database:
            self.measure()
        return _sql(self.stage.have(postgres), self._database, _ANSWER)

    def _settings(self, server: PostgresServer) -> dict[str, str]:
        return environment(
            self.stage,
            server.url(self._database),
            REDIS_URL=self.stage.have(valkey).url(_QUEUES),
            **self.stage.have(_source).settings,
        )

    def _seconds(self, server: PostgresServer) -> list[tuple[Any, ...]]:
        return _sql(
            server,
            self._database,
            "SELECT extract(epoch FROM finished_at - started_at) FROM jobs_pipelinerun "
            "WHERE status = 'succeeded'",
        )


@contextmanager
def _worker(settings: dict[str, str]) -> Iterator[None]:
    command = [sys.executable, "manage.py", "rqworker", "high", "default"]
    process = subprocess.Popen(
        command, env=settings, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def _wait_until(check: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not check():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {_WAIT_SECONDS:.0f} s for {what}")
        time.sleep(0.1)


def _sql(server: PostgresServer, database: str, statement: str) -> list[tuple[Any, ...]]:
    connection = server.connect(database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def _sides(stage: Stage) -> tuple[Side, Side]:
    numbers = count()
    two, one = (_Crew(stage, workers, numbers) for workers in (2, 1))
    return (
        Side("two workers", two.measure, two.answer),
        Side("one worker", one.measure, one.answer),
    )


FAN_OUT = Benchmark(
    "backfill-two-workers",
    f"Backfill, {CUSTOMERS:,} customers x {WINDOWS} windows, in the queue, on PostgreSQL",
    Ratio.FASTER,
    _sides,
    1.6,
)
