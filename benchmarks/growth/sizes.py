"""What results take on disk: the source of the sizes in `docs/operations.md`.

Local databases are filled by `backfill` and looked at as they are then, whole: every table with its
indexes. What they had before the first of the windows that count is taken off, and two numbers of
customers that report tell apart what each report takes and what each window takes but once.
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.growth.local import backfilled
from benchmarks.growth.source import SourceOf, last_full_hour
from benchmarks.servers import postgres
from benchmarks.stage import Stage

CUSTOMERS, INDUSTRIES = 1_000, 10
EVERY = (10, 100)
"""A customer reports in one window of so many: 100 customers a window, and 10."""
DAYS = (30, 60)
HOURS_A_YEAR = 365 * 24
Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """Bytes in one kind of database."""

    database: str
    of_reports: float
    """Of a customer's reports in a window: its counts and its score."""
    of_window: float
    """Of what a window has but once: itself, a row for each industry, the total."""

    @classmethod
    def fitted(cls, database: str, of_windows: Mapping[int, float]) -> "Size":
        """From the bytes of a window, by the number of customers that report in it."""
        few, many = sorted(of_windows)
        of_reports = (of_windows[many] - of_windows[few]) / (many - few)
        return cls(database, of_reports, of_windows[few] - few * of_reports)

    def of_a_year(self, customers: int, every: int = 1) -> float:
        """Of a year of customers, each of which reports in one window of `every`."""
        return HOURS_A_YEAR * (self.of_window + customers / every * self.of_reports)


def sizes(stage: Stage, say: Say) -> list[Size]:
    """Of both kinds of databases."""
    found = []
    for database, fill in (("SQLite", _into_sqlite), ("PostgreSQL", _into_postgres)):
        of_windows = {CUSTOMERS // every: _of_a_window(stage, every, fill) for every in EVERY}
        found.append(Size.fitted(database, of_windows))
        say(f"    {database}: {of_windows} bytes of a window, by customers that report")
    return found


Fill = Callable[[Stage, SourceOf, range], int]


def _of_a_window(stage: Stage, every: int, fill: Fill) -> float:
    end = last_full_hour() + 1
    source = SourceOf(
        stage.have(postgres), "sizes", CUSTOMERS, range(end - max(DAYS) * 24, end), every
    )
    source.fill()
    try:
        few, many = (fill(stage, source, range(end - days * 24, end)) for days in DAYS)
    finally:
        source.drop()
    return (many - few) / ((DAYS[1] - DAYS[0]) * 24)


def _into_sqlite(stage: Stage, source: SourceOf, hours: range) -> int:
    folder = stage.folder / "sizes"
    folder.mkdir()
    try:
        file = folder / "local.sqlite3"
        backfilled(stage, f"sqlite:///{file}", source, hours)
        # Its last user has merged everything into it.
        return file.stat().st_size
    finally:
        shutil.rmtree(folder)


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


def as_data(found: Sequence[Size]) -> dict[str, Any]:
    """For a file."""
    return {"sizes": [asdict(size) for size in found]}


def from_data(content: Mapping[str, Any]) -> list[Size]:
    """From a file."""
    return [Size(**size) for size in content["sizes"]]
