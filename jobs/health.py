"""Is everything there that the service needs? Each part is looked at alone."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps

import redis
from django.conf import settings
from django.core.cache import caches
from django.db import Error as DatabaseError
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.models import DatabaseConfig
from config.models.database import NoActiveConnectionError
from config.secrets import SecretUnreadableError
from jobs import disk, findings, schedules
from jobs.queue import HOURLY_QUEUE, START_A_WORKER, workers_by_queue
from jobs.schema import not_migrated
from jobs.source.connection import SourceError, open_source
from sentiment_api.freshness import data_freshness

REDIS_SECONDS = 1
SOURCE_SECONDS = 3


class Level(StrEnum):
    """How well a part is, from good to bad."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True)
class Part:
    """How one part is. `message` is for everyone; `detail`, which may name hosts, for staff."""

    status: Level
    message: str
    detail: str = ""
    is_known: bool = True


def worst(parts: Iterable[Part]) -> Level:
    """The level of the worst part."""
    levels = list(Level)
    return max((part.status for part in parts), key=levels.index, default=Level.HEALTHY)


def known_from_database(look_at: Callable[[], Part]) -> Callable[[], Part]:
    """While the local database is down, the part is not known."""

    @wraps(look_at)
    def look() -> Part:
        try:
            return look_at()
        except DatabaseError as error:
            return _unknown("the local database does not answer", str(error))

    return look


def known_from_redis(look_at: Callable[[], Part]) -> Callable[[], Part]:
    """While Redis is down, the part is not known."""

    @wraps(look_at)
    def look() -> Part:
        try:
            return look_at()
        except redis.RedisError as error:
            return _unknown("Redis does not answer", str(error))

    return look


def _unknown(why: str, detail: str) -> Part:
    return Part(Level.DEGRADED, f"Not known: {why}.", detail, is_known=False)


def look() -> dict[str, Part]:
    """All parts by name. Never raises for a part that is down."""
    return {
        "database": database(),
        **in_redis(),
        "source_database": source_database(),
        "web": web(),
        "data_freshness": data(),
    }


def look_again() -> dict[str, Part]:
    """All parts by name, as they were a moment ago: whoever asks how often."""
    cache = caches["local"]
    parts: dict[str, Part] | None = cache.get("health")
    if parts is None:
        parts = look()
        cache.set("health", parts, settings.HEALTH_SECONDS)
    return parts


def database() -> Part:
    """The local database answers, is migrated and has room."""
    try:
        if said := not_migrated():
            return Part(Level.UNHEALTHY, "The local database is not migrated.", said)
    except DatabaseError as error:
        return Part(Level.UNHEALTHY, "The local database does not answer.", str(error).strip())
    room = disk.room()
    if room.level == findings.Level.BAD:
        message = "The local database answers, and has little room left."
        return Part(Level.DEGRADED, message, room.text)
    return Part(Level.HEALTHY, "The local database answers.")


def redis_connection() -> "redis.Redis":
    """Redis, with little patience."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=REDIS_SECONDS,
        socket_timeout=REDIS_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def in_redis() -> dict[str, Part]:
    """Redis, and the parts that only Redis knows: not asked for while it does not answer."""
    server = redis_server()
    if server.status is not Level.HEALTHY:
        unknown = _unknown("Redis does not answer", server.detail)
        return {"redis": server, "worker": unknown, "scheduler": unknown}
    return {"redis": server, "worker": worker(), "scheduler": scheduler()}


def redis_server() -> Part:
    """Redis answers."""
    try:
        with redis_connection() as link:
            link.ping()
    except redis.RedisError as error:
        return Part(Level.UNHEALTHY, "Redis does not answer.", str(error))
    return Part(Level.HEALTHY, "Redis answers.")


@known_from_database
def source_database() -> Part:
    """The source can be read. Looked at once in a while, whoever asks how often."""
    cache = caches["local"]
    part: Part | None = cache.get("health-of-source")
    if part is None:
        part = look_at_source()
        cache.set("health-of-source", part, settings.HEALTH_SOURCE_SECONDS)
    return part


def look_at_source() -> Part:
    """The active connection leads to a source that can be read."""
    try:
        message = try_source(DatabaseConfig.active())
    except (SourceError, NoActiveConnectionError, SecretUnreadableError) as error:
        return Part(Level.DEGRADED, "The source cannot be read.", str(error))
    return Part(Level.HEALTHY, "The source can be read.", message)


def try_source(config: DatabaseConfig) -> str:
    """Connect, check tables, columns and rights; says what was found. Raises SourceError."""
    patient = copy(config)
    patient.connect_timeout = min(config.connect_timeout, SOURCE_SECONDS)
    patient.statement_timeout = min(config.statement_timeout, SOURCE_SECONDS)
    with open_source(patient) as source:
        source.try_reading()
        version = source.connection.server_version // 10_000
    return f"source {config.address}: PostgreSQL {version} answers, tables and columns can be read"


def web() -> Part:
    """Whoever reads this."""
    return Part(Level.HEALTHY, "This process answers.")


@known_from_redis
def worker() -> Part:
    """A worker takes the hourly jobs."""
    with redis_connection() as link:
        count = workers_by_queue(link)[HOURLY_QUEUE]
    if not count:
        return Part(Level.DEGRADED, "No worker runs.", f"start one: {START_A_WORKER}")
    return Part(Level.HEALTHY, f"Workers: {count}.")


@known_from_redis
def scheduler() -> Part:
    """A scheduler runs, and the schedules are registered."""
    with redis_connection() as link:
        missing, count = schedules.missing(link), schedules.schedulers_alive(link)
    if missing:
        return Part(
            Level.DEGRADED,
            "Schedules are not registered.",
            f"{', '.join(missing)}: run manage.py setup_schedules",
        )
    if not count:
        return Part(Level.DEGRADED, "No scheduler runs.", "start one: manage.py rqscheduler")
    return Part(Level.HEALTHY, f"Schedulers: {count}.")


@known_from_database
def data() -> Part:
    """The data are as fresh as they should be."""
    freshness = data_freshness()
    if freshness.newest_covered_window is None:
        return Part(Level.DEGRADED, "No window has been read yet.")
    newest = f"{freshness.newest_covered_window:%Y-%m-%d %H:%M}Z"
    if not freshness.met:
        minutes = int(freshness.objective.total_seconds() // 60)
        return Part(
            Level.DEGRADED,
            f"The newest window that was read ended at {newest}, more than {minutes} minutes ago.",
        )
    return Part(Level.HEALTHY, f"The newest window that was read ended at {newest}.")
