"""Where is counted how often callers ask."""

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import BaseCache
from django_redis import get_redis_connection  # type: ignore[import-untyped]
from redis import RedisError


class OfAllProcesses:
    """Counts of all processes, in Redis. The log says when it is away (`sentiment_api.cache`)."""

    # In one go, so that no count is left without its end.
    ADD = """
        local count = redis.call('INCRBY', KEYS[1], ARGV[2])
        if count == tonumber(ARGV[2]) then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
        return count
    """

    def add(self, key: str, seconds: int, more: int = 1) -> int | None:
        """The count with so many more, which lasts so many seconds from the first one on; None
        when Redis is away."""
        try:
            return int(get_redis_connection().eval(self.ADD, 1, _named(key), seconds, more))
        except RedisError:
            return None

    def count(self, key: str) -> int:
        """The count; 0 when Redis is away."""
        try:
            return int(get_redis_connection().get(_named(key)) or 0)
        except RedisError:
            return 0


@dataclass
class _Part:
    """What this process knows of a count: as it was told last, and what came here since."""

    told: int
    told_at: float
    more: int = 0


class InParts:
    """Counts of all processes, told to each other in parts: a message to Redis takes as long as a
    kept answer. A part is a hundredth of the limit and waits for a second at most, so by each
    process a caller can exceed its limit by no more than that."""

    PARTS = 100
    LONGEST_SECONDS = 1.0
    MOST_CALLERS = 10_000
    _parts: OrderedDict[str, _Part] = OrderedDict()
    _alone = threading.Lock()

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._all = OfAllProcesses()

    def add(self, key: str, seconds: int) -> int | None:
        """The count with one more, as far as this process knows it; None when Redis is away."""
        now = time.monotonic()
        with self._alone:
            part = self._parts.get(key)
            if part and self._may_wait(part, now):
                part.more += 1
                return part.told + part.more
            more = 1
            if part:
                more, part.more = part.more + 1, 0
        count = self._all.add(key, seconds, more)
        if count is not None:
            self._note(key, _Part(count, now))
        return count

    def _may_wait(self, part: _Part, now: float) -> bool:
        within = part.told + part.more < self._limit
        fresh = 0 <= now - part.told_at < self.LONGEST_SECONDS
        return within and fresh and part.more + 1 < self._limit // self.PARTS

    def _note(self, key: str, part: _Part) -> None:
        with self._alone:
            known = self._parts.pop(key, None)
            if known:
                part.more += known.more
            self._parts[key] = part
            if len(self._parts) > self.MOST_CALLERS:
                self._parts.popitem(last=False)


class OfThisProcess:
    """Counts in the memory of this process."""

    def __init__(self, cache: BaseCache) -> None:
        self._cache = cache

    def add(self, key: str, seconds: int) -> int:
        """The count with one more."""
        self._cache.add(key, 0, seconds)
        try:
            return self._cache.incr(key)
        except ValueError:  # The period ended in between: the next one begins with this.
            return 0

    def count(self, key: str) -> int:
        """The count."""
        return int(self._cache.get(key) or 0)


def _named(key: str) -> str:
    return f"{settings.CACHES['default']['KEY_PREFIX']}:{key}"
