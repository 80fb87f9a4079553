"""What an hour and a backfill cost on PostgreSQL, measured with the product's own commands."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import psutil  # type: ignore[import-untyped]

from benchmarks.growth.local import backfilled
from benchmarks.growth.source import SourceOf, last_full_hour
from benchmarks.processes import run
from benchmarks.servers import manage, postgres
from benchmarks.stage import Stage
from demo.servers import PostgresServer

WINDOWS = 240
TIMES = 3
CASES = {"every hour": (10_000, 1), "one hour in ten": (100_000, 10)}
"""How often customers report: how many there are, and in one of how many hours each does. Both have
as many counts."""
TABLES = {
    "counts": "sentiment_api_syncjob",
    "scores": "sentiment_api_sentimentscore",
    "industries": "sentiment_api_segmentsentiment",
    "totals": "sentiment_api_overallsentiment",
    "windows": "jobs_window",
    "customers": "sentiment_api_customer",
}
_LATER = ("benchmarks.growth.later_in_the_day",)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds by the clock, of processors in the product, in the PostgreSQL of
    the results and in that of the source; bytes of its write-ahead log; seconds of each step."""

    wall: float
    product: float
    results: float
    source: float
    log_bytes: int
    steps: Mapping[str, float]


@contextmanager
def results_server(stage: Stage) -> Iterator[PostgresServer]:
    """A PostgreSQL for results alone."""
    with PostgresServer(stage.folder / "results", throwaway=True) as server:
        yield server


def measured(stage: Stage, say: Say) -> dict[str, Any]:
    """The costs of each case, and bytes by row."""
    return {name: _case(stage, name, *size, say) for name, size in CASES.items()}


def _case(stage: Stage, name: str, customers: int, every: int, say: Say) -> dict[str, Any]:
    server, newest = stage.have(results_server), last_full_hour()
    hours = range(newest - WINDOWS, newest + 1)
    source = SourceOf(stage.have(postgres), "scale_source", customers, hours, every)
    source.fill()
    say(f"  {customers:,} customers that report {name}")
    server.create_database("filled")
    with _Watch(server, source.server) as watch:
        settings, taken = backfilled(stage, server.url("filled"), source, range(hours[0], newest))
    backfill = watch.cost(taken.wall, taken.processor, _steps(server, "filled"))
    say(f"    backfill of {WINDOWS} windows: {backfill.wall:.1f} s")
    sizes = _sizes(server, "filled")
    _sql(server, "filled", "VACUUM ANALYZE")
    day = _run(server, source, settings)
    say(f"    the first run of a day: {day.wall:.1f} s")
    hours_of_day = [_run(server, source, settings, *_LATER) for _ in range(TIMES)]
    say(f"    hourly runs: {', '.join(f'{cost.wall:.2f} s' for cost in hours_of_day)}")
    server.drop_database("filled")
    source.drop()
    return {
        "customers": customers,
        "every": every,
        "windows": WINDOWS,
        "backfill": asdict(backfill),
        "day": asdict(day),
        "hour": asdict(sorted(hours_of_day, key=lambda cost: cost.wall)[TIMES // 2]),
        "hour_walls": [cost.wall for cost in hours_of_day],
        "bytes": sizes,
    }


def _run(server: PostgresServer, source: SourceOf, settings: dict[str, str], *before: str) -> Cost:
    """What a run costs in a copy of the filled database, in which modules are run before."""
    _sql(server, "postgres", "CREATE DATABASE copy TEMPLATE filled")
    own = {**settings, "DATABASE_URL": server.url("copy")}
    try:
        for module in before:
            manage(own, module)
        with _Watch(server, source.server) as watch:
            taken = run(own, "django", "run_pipeline")
        return watch.cost(taken.wall, taken.processor, _steps(server, "copy"))
    finally:
        server.drop_database("copy")


class _Watch:
    """What both servers do meanwhile."""

    def __init__(self, results: PostgresServer, source: PostgresServer) -> None:
        self._servers = (results, source)

    def __enter__(self) -> "_Watch":
        self._begin = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        self._end = self._now()

    def cost(self, wall: float, product: float, steps: Mapping[str, float]) -> Cost:
        """What was spent between both moments."""
        spent = [end - begin for begin, end in zip(self._begin, self._end, strict=True)]
        return Cost(wall, product, spent[0], spent[1], int(spent[2]), steps)

    def _now(self) -> tuple[float, float, float]:
        results, source = map(_seconds, self._servers)
        ((written,),) = _sql(
            self._servers[0], "postgres", "SELECT pg_current_wal_insert_lsn() - '0/0'"
        )
        return results, source, float(written)


def _seconds(server: PostgresServer) -> float:
    """Seconds of processors that a server took so far, sessions that have ended included."""
    pid = int((server.data / "postmaster.pid").read_text().split("\n", 1)[0])
    main = psutil.Process(pid)
    alive = sum(map(_seconds_of, main.children()))
    own = main.cpu_times()
    return float(alive + own.user + own.system + own.children_user + own.children_system)


def _seconds_of(session: psutil.Process) -> float:
    try:
        times = session.cpu_times()
    except psutil.NoSuchProcess:
        # It has ended just now, and counts among those of the server.
        return 0.0
    return float(times.user + times.system)


def _steps(server: PostgresServer, database: str) -> dict[str, float]:
    """The seconds of each step of the newest run."""
    ((steps,),) = _sql(
        server, database, "SELECT steps FROM jobs_pipelinerun ORDER BY run_id DESC LIMIT 1"
    )
    return {name: float(entry["seconds"]) for name, entry in steps.items()}


def _sizes(server: PostgresServer, database: str) -> dict[str, float]:
    """Bytes of each table for each of its rows, indexes included."""
    return {
        name: float(
            _sql(
                server,
                database,
                f"SELECT pg_total_relation_size('{table}')::float8 / greatest(count(*), 1) "  # noqa: S608
                f"FROM {table}",
            )[0][0]
        )
        for name, table in TABLES.items()
    }


def _sql(server: PostgresServer, database: str, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a statement, if it gives any; in no transaction."""
    connection = server.connect(database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()
