"""What runs of the pipeline start from: the vendor's database, and local SQLite files."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.pipeline import source
from benchmarks.servers import environment, manage, postgres
from benchmarks.stage import Stage
from demo.servers import PostgresServer

_HOUR = 3600


@dataclass(frozen=True)
class Size:
    """How much there is to do."""

    customers: int
    windows: int


BACKFILL = Size(2_000, 240)
HOURLY = Size(10_000, 240)
_FIRST_HOUR = 490_000
ROOM = 600.0
"""Seconds that an hour must still last when runs of it are prepared: in another hour they would
have other windows to read."""


@dataclass(frozen=True)
class Start:
    """From where runs start: the source, a local file to copy, and the windows to bring."""

    server: PostgresServer
    database: str
    file: Path
    hours: range

    @property
    def source_url(self) -> str:
        """The address of the source."""
        return self.server.url(self.database)

    def environment(self, stage: Stage, file: Path) -> dict[str, str]:
        """The settings of a run on a copy of the file."""
        return environment(
            stage,
            f"sqlite:///{file}",
            SOURCE_DB_HOST=self.server.host,
            SOURCE_DB_PORT=str(self.server.port),
            SOURCE_DB_NAME=self.database,
            SOURCE_DB_USER=self.server.user,
            SOURCE_DB_PASSWORD=self.server.password,
            SOURCE_URL=self.source_url,
            LOCAL_FILE=str(file),
            LOG_LEVEL="WARNING",
        )

    def copy(self, file: Path) -> None:
        """Put the local file there, without anything an earlier run left."""
        for path in (file, *_beside(file)):
            path.unlink(missing_ok=True)
        shutil.copyfile(self.file, file)


@contextmanager
def backfill(stage: Stage, size: Size = BACKFILL) -> Iterator[Start]:
    """An empty local file, and a source whose windows wait for a backfill."""
    hours = range(_FIRST_HOUR, _FIRST_HOUR + size.windows)
    yield _start(stage, "backfill", size, hours)


@contextmanager
def hourly(stage: Stage, size: Size = HOURLY, room: float = ROOM) -> Iterator[Start]:
    """A local file with history up to the hour before the last one. Since then the source has got
    the reports of that hour, late ones, and some changed customers; the run that reads all
    customers has been earlier in the day."""
    if _left() < room:
        time.sleep(_left() + 1)
    end = int(time.time() // _HOUR)
    hours = range(end - 1 - size.windows, end - 1)
    start = _start(stage, "hourly", size, hours)
    manage(start.environment(stage, start.file), "manage", *backfill_command(hours))
    with closing(sqlite3.connect(start.file)) as local:
        local.execute("UPDATE jobs_pipelinerun SET whole_day = 1, trigger = 'schedule'")
        local.commit()
    with closing(start.server.connect(start.database)) as connection:
        source.one_more_hour(connection, size.customers, range(end - 25, end))
    yield start


def backfill_command(hours: range) -> list[str]:
    """The arguments of `manage.py`."""
    bounds = (datetime.fromtimestamp(hour * _HOUR, UTC) for hour in (hours.start, hours.stop))
    start, end = (f"{bound:%Y-%m-%dT%H:%M}" for bound in bounds)
    return ["backfill", "--start", start, "--end", end]


def _left() -> float:
    """How many seconds the hour still lasts."""
    return _HOUR - time.time() % _HOUR


def _start(stage: Stage, name: str, size: Size, hours: range) -> Start:
    server = stage.have(postgres)
    server.create_database(name)
    with closing(server.connect(name)) as connection:
        source.fill(connection, size.customers, hours)
    start = Start(server, name, stage.folder / f"{name}.sqlite3", hours)
    settings = start.environment(stage, start.file)
    manage(settings, "manage", "migrate", "--noinput", "--verbosity", "0")
    manage(settings, "manage", "loaddata", "--verbosity", "0", "initial_industry_baselines")
    return start


def _beside(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in ("-wal", "-shm")]
