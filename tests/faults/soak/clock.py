"""Simulated time: that of the processes, that of the source, and what Redis sees of it."""

import time
from datetime import datetime, timedelta

import redis

from tests.faults.source_clock import set_clock_of
from tests.source import SourceDatabase

INTO_THE_HOUR = timedelta(seconds=2)


class Clock:
    """Goes from full hour to full hour; within an hour it goes as ours does."""

    def __init__(self, source: SourceDatabase, now: datetime) -> None:
        self._source = source
        self._source_ahead = 0
        self.now = now
        self._set()

    def next_hour(self) -> None:
        """It strikes."""
        self.now += timedelta(hours=1)
        self._set()

    def source_is_ahead(self, seconds: int) -> None:
        """The source's clock differs from ours."""
        self._source_ahead = seconds
        self._set()

    def hours_ago(self, hours: int) -> datetime:
        """The start of the window that has begun so many hours ago."""
        return self.now - timedelta(hours=hours)

    def _set(self) -> None:
        self.ahead = (self.now + INTO_THE_HOUR).timestamp() - time.time()
        set_clock_of(self._source, self.ahead + self._source_ahead)


def an_hour_passes(link: redis.Redis) -> None:
    """What Redis itself forgets in an hour: it goes by the real time, and whoever died is dead."""
    dies = ("rq:worker:*", "rq:scheduler-lock:*", "rq:clean_registries:*")
    for pattern in (*dies, "rq:scheduler_instance:*", "rq:scheduler_lock"):
        for key in link.scan_iter(pattern):
            link.delete(key)
