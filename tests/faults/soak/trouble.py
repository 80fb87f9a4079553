"""What goes wrong: for some hours, or while one run is at work."""

import random
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace

from django.db import connection

from demo.servers import ValkeyServer
from jobs.source.connection import APPLICATION_NAME
from tests.faults.proxy import Proxy
from tests.faults.soak.children import RUN, SCHEDULE, WORK, Child, Order
from tests.faults.soak.clock import Clock
from tests.faults.soak.web import Web
from tests.faults.test_redis import frozen
from tests.source import SourceDatabase

HOUR = 3600
MOST_BYTES = 6_000
"""About what the source answers to a run of an hour."""
NEVER = 2**60


@dataclass
class Scene:
    """What can be broken."""

    source: SourceDatabase
    line: Proxy
    valkey: ValkeyServer
    clock: Clock
    web: Web
    chance: random.Random
    workers: bool = True


@dataclass
class Hour:
    """The processes that one hour begins, and what is done to them `during` it."""

    orders: list[Order]
    during: list[Callable[[list[Child]], object]] = field(default_factory=list)

    @property
    def first(self) -> Order:
        """The run that the hour has anyway."""
        return self.orders[0]


# --- for some hours -------------------------------------------------------------------------------


@contextmanager
def source_refuses(scene: Scene) -> Iterator[None]:
    """The source is down."""
    scene.line.refuse()
    yield
    scene.line.mend()


@contextmanager
def source_hangs(scene: Scene) -> Iterator[None]:
    """It takes connections and never answers."""
    scene.line.stall()
    yield
    scene.line.mend()


@contextmanager
def password_is_wrong(scene: Scene) -> Iterator[None]:
    """Somebody has changed it over there."""
    scene.source.sql("ALTER ROLE reader PASSWORD 'another'")
    yield
    scene.source.sql("ALTER ROLE reader PASSWORD 'pw'")


@contextmanager
def source_clock_is_wrong(scene: Scene) -> Iterator[None]:
    """By an hour, and is put right afterwards."""
    scene.clock.source_is_ahead(scene.chance.choice((-HOUR, HOUR)))
    yield
    scene.clock.source_is_ahead(0)


@contextmanager
def redis_is_down(scene: Scene) -> Iterator[None]:
    """It comes back empty."""
    scene.valkey.kill()
    yield
    scene.valkey.start()


@contextmanager
def nobody_works(scene: Scene) -> Iterator[None]:
    """No process of the product is there."""
    scene.workers = False
    yield
    scene.workers = True


Lasting = Callable[[Scene], AbstractContextManager[None]]
LASTING: dict[Lasting, int] = {
    source_refuses: 6,
    source_hangs: 2,
    password_is_wrong: 4,
    source_clock_is_wrong: 5,
    redis_is_down: 4,
    nobody_works: 14,
}
"""With the most hours that each lasts."""


# --- while a run is at work -----------------------------------------------------------------------


@contextmanager
def process_is_killed(scene: Scene, hour: Hour) -> Iterator[None]:
    """kill -9 of the command, or of the worker with its horse."""
    hour.during.append(lambda children: children[0].kill())
    yield


@contextmanager
def horse_is_killed(scene: Scene, hour: Hour) -> Iterator[None]:
    """kill -9 of the work horse alone."""
    hour.during.append(lambda children: children[0].kill_horse())
    yield


@contextmanager
def process_is_asked_to_stop(scene: Scene, hour: Hour) -> Iterator[None]:
    """Ctrl-C, or the end of a worker in order."""
    hour.during.append(lambda children: children[0].send(signal.SIGINT))
    yield


@contextmanager
def line_is_cut(scene: Scene, hour: Hour) -> Iterator[None]:
    """In the middle of a result."""
    scene.line.after(scene.chance.randrange(1, MOST_BYTES), scene.line.cut)
    yield
    scene.line.after(NEVER, scene.line.cut)


@contextmanager
def sessions_are_ended(scene: Scene, hour: Hour) -> Iterator[None]:
    """The source ends all sessions, as when it restarts."""
    end = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE application_name = '{APPLICATION_NAME}' AND datname = current_database()"
    )
    hour.during.append(lambda _: scene.source.sql(end))
    yield


@contextmanager
def redis_is_emptied(scene: Scene, hour: Hour) -> Iterator[None]:
    """By somebody, while a worker is at work."""

    def empty(_: list[Child]) -> None:
        if scene.valkey.running:
            with closing(scene.valkey.connect()) as link:
                link.flushall()

    hour.during.append(empty)
    yield


@contextmanager
def redis_is_frozen(scene: Scene, hour: Hour) -> Iterator[None]:
    """For a moment, or for longer than anybody waits for it."""
    seconds = scene.chance.choice((0.5, 6))

    def freeze(_: list[Child]) -> None:
        if scene.valkey.running:
            with frozen(scene.valkey):
                time.sleep(seconds)

    hour.during.append(freeze)
    yield


@contextmanager
def scheduler_is_killed(scene: Scene, hour: Hour) -> Iterator[None]:
    """kill -9 of one that began at the same minute; its tick may be in the queue."""
    place = len(hour.orders)
    hour.orders.append(Order(SCHEDULE, hour.first.ahead))
    hour.during.append(lambda children: children[place].kill())
    yield


@contextmanager
def web_server_is_killed(scene: Scene, hour: Hour) -> Iterator[None]:
    """kill -9 of all its processes; it is started again."""
    hour.during.append(lambda _: scene.web.is_killed())
    yield


@contextmanager
def results_are_read_only(scene: Scene, hour: Hour) -> Iterator[None]:
    """As after a failing disk, or on a standby."""
    hour.first.read_only = True
    yield


@contextmanager
def somebody_else_writes(scene: Scene, hour: Hour) -> Iterator[None]:
    """Up to some moment of the run; or for all of it, where others do not wait without end."""
    with _writing() as give_up:
        if connection.vendor != "sqlite" or scene.chance.random() < 0.5:
            hour.during.append(lambda _: give_up())
        yield


@contextmanager
def _writing() -> Iterator[Callable[[], None]]:
    """A lock on the whole SQLite file, or on PostgreSQL on the table of windows; gives its end."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as it:
            it.execute("BEGIN IMMEDIATE")
            yield it.close
        return
    with closing(connection.get_new_connection(connection.get_connection_params())) as it:
        it.cursor().execute("LOCK TABLE jobs_window IN ACCESS EXCLUSIVE MODE")
        yield it.close


@contextmanager
def results_end_sessions(scene: Scene, hour: Hour) -> Iterator[None]:
    """The PostgreSQL that holds the results does, as when it restarts."""

    def end(_: list[Child]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    hour.during.append(end)
    yield


@contextmanager
def disk_is_full(scene: Scene, hour: Hour) -> Iterator[None]:
    """No file may grow beyond some size."""
    hour.first.most_bytes = int(10 ** scene.chance.uniform(4, 7.5))
    yield


@contextmanager
def two_runs_at_once(scene: Scene, hour: Hour) -> Iterator[None]:
    """Somebody calls the command at the same minute."""
    hour.orders.append(replace(hour.first, arguments=RUN, tick=False))
    yield


@contextmanager
def another_worker(scene: Scene, hour: Hour) -> Iterator[None]:
    """Another machine has a scheduler and a worker too."""
    hour.orders.append(Order(WORK, hour.first.ahead, tick=True))
    yield


@contextmanager
def backfill_beside_it(scene: Scene, hour: Hour) -> Iterator[None]:
    """Of the last days, everything again."""
    hours = scene.chance.choice((30, 90))
    start, end = scene.clock.hours_ago(hours), scene.clock.hours_ago(0)
    again = ("backfill", "--start", start.isoformat(), "--end", end.isoformat())
    hour.orders.append(Order((*again, "--reprocess", "all"), hour.first.ahead))
    yield


@contextmanager
def clock_is_back(scene: Scene, hour: Hour) -> Iterator[None]:
    """Ours is an hour behind for this run."""
    hour.first.ahead -= HOUR
    yield


Passing = Callable[[Scene, Hour], AbstractContextManager[None]]
PASSING: tuple[Passing, ...] = (
    process_is_killed,
    horse_is_killed,
    process_is_asked_to_stop,
    line_is_cut,
    sessions_are_ended,
    redis_is_emptied,
    redis_is_frozen,
    scheduler_is_killed,
    web_server_is_killed,
    results_are_read_only,
    somebody_else_writes,
    two_runs_at_once,
    another_worker,
    backfill_beside_it,
    clock_is_back,
)
PASSING_LOCALLY: dict[str, tuple[Passing, ...]] = {
    "sqlite": (disk_is_full,),
    "postgresql": (results_end_sessions,),
}
"""By the kind of the local database."""
