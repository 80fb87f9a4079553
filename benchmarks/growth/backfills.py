"""How a backfill, and what it leaves on disk, grow with the days."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
YEAR_CUSTOMERS, YEAR_WINDOWS = 10_000, 365 * 24
Say = Callable[[str], None]


@dataclass(frozen=True)
class Room:
    """Bytes that one database takes after each number of days."""

    database: str
    bytes_after: dict[int, int]

    @property
    def of_a_window(self) -> float:
        """Bytes of one more window, by the two largest sizes."""
        *_, before, last = sorted(self.bytes_after)
        more = self.bytes_after[last] - self.bytes_after[before]
        return more / ((last - before) * 24)

    @property
    def of_a_score(self) -> float:
        """Bytes of one customer's reports in one window: its counts and its score, with its share
        of what each window has but once."""
        return self.of_a_window / (CUSTOMERS / EVERY)

    @property
    def of_a_year(self) -> float:
        """Bytes of a year of 10,000 customers that report as often as these."""
        return self.of_a_score * YEAR_CUSTOMERS / EVERY * YEAR_WINDOWS

    def as_data(self) -> dict[str, Any]:
        """For a file."""
        return {
            "database": self.database,
            "bytes_after_days": {str(days): size for days, size in self.bytes_after.items()},
            "of_a_window": self.of_a_window,
            "of_a_score": self.of_a_score,
            "of_a_year": self.of_a_year,
        }


def backfills(stage: Stage, say: Say) -> tuple[Curve, list[Room]]:
    """Backfills of rising length into empty databases, and the room that these take then."""
    points, on_sqlite, on_postgres = [], {}, {}
    with _source(stage) as (source, end):
        for days in DAYS:
            hours, taken = range(end - days * 24, end), list[Taken]()
            for _ in range(REPEATED[days]):
                one, on_sqlite[days] = _into_sqlite(stage, source, hours)
                taken.append(one)
            points.append(Point.of(days, taken))
            say(f"    {days} days: {points[-1].seconds:.2f} s, {points[-1].peak:,} bytes")
            on_postgres[days] = _into_postgres(stage, source, hours)
            say(f"    on disk: {on_sqlite[days]:,} bytes, on PostgreSQL {on_postgres[days]:,}")
    rooms = [Room("SQLite", on_sqlite), Room("PostgreSQL", on_postgres)]
    return Curve("backfill into an empty database", points), rooms


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


def _into_sqlite(stage: Stage, source: SourceOf, hours: range) -> tuple[Taken, int]:
    folder = stage.folder / "backfill"
    folder.mkdir()
    try:
        file = folder / "local.sqlite3"
        _, taken = backfilled(stage, f"sqlite:///{file}", source, hours)
        return taken, _size(file)
    finally:
        shutil.rmtree(folder)


def _size(file: Path) -> int:
    """Of the file, whose last user has merged everything into it."""
    return file.stat().st_size


def _into_postgres(stage: Stage, source: SourceOf, hours: range) -> int:
    server = stage.have(postgres)
    server.create_database("local")
    try:
        backfilled(stage, server.url("local"), source, hours)
        connection = server.connect("local")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            (size,) = cursor.fetchone()
        connection.close()
        return int(size)
    finally:
        server.drop_database("local")
