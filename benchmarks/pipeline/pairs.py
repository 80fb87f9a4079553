"""Which ways of filling the tables are set against ours."""

from pathlib import Path

from benchmarks.benchmark import Benchmark, Ratio, Side
from benchmarks.pipeline import dbt, loop, prepared, tables
from benchmarks.pipeline.prepared import BACKFILL, HOURLY
from benchmarks.pipeline.runs import all_rows, ours, ours_hourly, peer, script
from benchmarks.pipeline.tables import Row
from benchmarks.stage import Stage
from jobs.clock import show_hour

_BY_HAND = "benchmarks.pipeline.by_hand"


def _by_hand(stage: Stage) -> tuple[Side, Side]:
    start = stage.have(prepared.backfill)
    limit = script(stage, start, "by hand", f"{_BY_HAND}.backfill")
    return ours(stage, start).side(all_rows), limit.side(all_rows)


def _one_by_one(stage: Stage) -> tuple[Side, Side]:
    """Only a part of the customers is done by the loop; the same part of ours is compared."""
    start = stage.have(prepared.backfill)
    name = f"loop, extrapolated from each {loop.EVERY}th customer"
    slow = script(stage, start, name, "benchmarks.pipeline.loop", loop.EVERY)
    return ours(stage, start).side(loop.rows), slow.side(loop.rows)


def _pandas(stage: Stage) -> tuple[Side, Side]:
    start = stage.have(prepared.backfill)
    theirs = peer(stage, start, "pandas", "pandas")
    return ours(stage, start).side(all_rows), theirs.side(all_rows)


def _duckdb(stage: Stage) -> tuple[Side, Side]:
    start = stage.have(prepared.backfill)
    theirs = peer(stage, start, "duckdb", "DuckDB")
    return ours(stage, start).side(all_rows), theirs.side(all_rows)


def _dbt(stage: Stage) -> tuple[Side, Side]:
    start = stage.have(prepared.backfill)
    return ours(stage, start).side(all_rows), dbt.side(stage, start)


def _hourly(stage: Stage) -> tuple[Side, Side]:
    start = stage.have(prepared.hourly)
    since = show_hour(start.hours.stop - 24).removesuffix("Z") + ":00"

    def rows(file: Path) -> list[Row]:
        return tables.of_sqlite(file, since)

    by_hand = script(stage, start, "by hand", f"{_BY_HAND}.hourly")
    return ours_hourly(stage, start).side(rows), by_hand.side(rows)


_BACKFILL = f"Backfill, {BACKFILL.customers:,} customers x {BACKFILL.windows} windows"
PAIRS = (
    Benchmark("backfill-limit", f"{_BACKFILL}", Ratio.TIME, _by_hand, 1.4, 1.1),
    Benchmark(
        "backfill-loop",
        f"{_BACKFILL}; the other side one query per customer and window, counts and scores alone",
        Ratio.FASTER,
        _one_by_one,
        100,
        150,
    ),
    Benchmark(
        "backfill-pandas",
        f"{_BACKFILL}; the other side by data frames and `to_sql`",
        Ratio.FASTER,
        _pandas,
        1.0,
    ),
    Benchmark(
        "hourly",
        f"One hourly run, {HOURLY.customers:,} customers with {HOURLY.windows} windows of history",
        Ratio.TIME,
        _hourly,
        1.5,
        1.0,
    ),
)
PEERS = (
    Benchmark(
        "peers-dbt",
        f"{_BACKFILL}; the other side by dbt, from PostgreSQL into tables beside the source",
        Ratio.FASTER,
        _dbt,
        1.0,
    ),
    Benchmark(
        "peers-duckdb",
        f"{_BACKFILL}; the other side by DuckDB, whose scanners read PostgreSQL and write SQLite",
        Ratio.FASTER,
        _duckdb,
        1.0,
    ),
)
"""Measured by `make bench-peers`."""
