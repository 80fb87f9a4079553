"""How a backfill grows with the days."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks.growth.curve import Curve, Point
from benchmarks.growth.local import backfilled
from benchmarks.growth.source import SourceOf, last_full_hour
from benchmarks.processes import Taken
from benchmarks.servers import postgres
from benchmarks.stage import Stage

CUSTOMERS, EVERY = 1_000, 10
"""A customer reports in one window of so many."""
DAYS = (10, 30, 90)
REPEATED = {10: 3, 30: 3, 90: 1}
Say = Callable[[str], None]


def backfills(stage: Stage, say: Say) -> Curve:
    """Backfills of rising length into empty databases."""
    points = []
    with _source(stage) as (source, end):
        for days in DAYS:
            hours = range(end - days * 24, end)
            taken = [_into_sqlite(stage, source, hours) for _ in range(REPEATED[days])]
            points.append(Point.of(days, taken))
            say(f"    {days} days: {points[-1].seconds:.2f} s, {points[-1].peak:,} bytes")
    return Curve("backfill into an empty database", points)


@contextmanager
def _source(stage: Stage) -> Iterator[tuple[SourceOf, int]]:
    end = last_full_hour() + 1
    hours = range(end - max(DAYS) * 24, end)
    source = SourceOf(stage.have(postgres), "days", CUSTOMERS, hours, EVERY)
    source.fill()
    try:
        yield source, end
    finally:
        source.drop()


def _into_sqlite(stage: Stage, source: SourceOf, hours: range) -> Taken:
    folder = stage.folder / "backfill"
    folder.mkdir()
    try:
        _, taken = backfilled(stage, f"sqlite:///{folder / 'local.sqlite3'}", source, hours)
        return taken
    finally:
        shutil.rmtree(folder)
