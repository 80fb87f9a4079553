"""Local databases of any size: everything in them was read from a source by `backfill`."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from benchmarks.growth.source import SourceOf, last_full_hour
from benchmarks.processes import Taken, run
from benchmarks.servers import environment, manage, postgres
from benchmarks.stage import Stage

COVERED = 24
"""Windows before the new one that are covered."""
BUSY = (12, 6)
"""So many hours before the new window, every customer reported as well."""


@dataclass(frozen=True)
class Local:
    """A local database, in an SQLite file, and what its product is told."""

    file: Path
    settings: Mapping[str, str]
    filled: Taken
    """What the backfill took."""

    @contextmanager
    def copy(self) -> Iterator["Local"]:
        """Another one like it, to be changed; deleted at the end."""
        folder = self.file.parent / "copy"
        folder.mkdir()
        try:
            file = Path(shutil.copy(self.file, folder / "local.sqlite3"))
            settings = {**self.settings, "DATABASE_URL": f"sqlite:///{file}"}
            yield Local(file, settings, self.filled)
        finally:
            shutil.rmtree(folder)

    def command(self, *words: str, fails: bool = False) -> Taken:
        """What a command of the product takes."""
        return run(self.settings, "django", *words, fails=fails)


def backfilled(
    stage: Stage, url: str, source: SourceOf, hours: range
) -> tuple[dict[str, str], Taken]:
    """The settings of an empty local database, filled with these windows, and what that took."""
    settings = environment(stage, url, **source.settings)
    manage(settings, "django", "migrate", "--noinput", "--verbosity", "0")
    words = ("backfill", "--start", iso(hours.start), "--end", iso(hours.stop))
    return settings, run(settings, "django", *words)


def iso(hour: int) -> str:
    """A window's begin as commands take it."""
    return f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%dT%H:00}"


@cache
def waiting(customers: int) -> Callable[[Stage], AbstractContextManager[Local]]:
    """A local database that waits for one window, in which every customer has reported, as in two
    of the windows that are covered."""

    @contextmanager
    def maker(stage: Stage) -> Iterator[Local]:
        new = last_full_hour()
        hours = [new - before for before in BUSY] + [new]
        source = SourceOf(stage.have(postgres), f"customers_{customers}", customers, hours)
        source.fill()
        folder = stage.folder / source.name
        folder.mkdir()
        file = folder / "local.sqlite3"
        try:
            settings, taken = backfilled(
                stage, f"sqlite:///{file}", source, range(new - COVERED, new)
            )
            yield Local(file, settings, taken)
        finally:
            shutil.rmtree(folder)
            source.drop()

    return maker
