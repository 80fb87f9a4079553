"""The process that puts scheduled jobs into their queues, and outlives its Redis."""

import logging
import math
import signal
import sys
import time
from contextlib import suppress
from typing import NoReturn

from django_rq.queues import DjangoScheduler
from redis.exceptions import RedisError

from config.outage import Outage
from jobs import schedules
from jobs.clock import CLOCK_TOLERANCE

logger = logging.getLogger(__name__)


class Scheduler(DjangoScheduler):
    """What `manage.py rqscheduler` runs. Any number of them may run at once."""

    _ahead = math.inf
    """How far our clock was ahead of the steady one when we looked last."""

    def run(self, burst: bool = False) -> None:
        """Look every `interval` seconds for what is due, until SIGTERM or SIGINT. While Redis is
        away nothing is due."""
        outage = Outage("Redis", "no run starts", logger)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _end)
        try:
            while True:
                try:
                    self._look()
                    outage.end()
                except RedisError as error:
                    outage.begin(error)
                if burst:
                    break
                time.sleep(self._interval)
        finally:
            with suppress(RedisError):
                self.register_death()

    def _look(self) -> None:
        self._show_life()
        if not self.acquire_lock():
            return
        try:
            for name in schedules.restore(self.connection):
                logger.warning("the schedule %s was gone from Redis: a run starts now", name)
            self._heed_the_clock()
            self.enqueue_jobs()
        finally:
            with suppress(RedisError):  # The lock ends by itself.
                self.remove_lock()

    def _heed_the_clock(self) -> None:
        """Was ours set back since we looked last? The first time nobody knows. Not each time: two
        machines whose clocks differ would start run after run."""
        ahead = time.time() - time.monotonic()
        if ahead < self._ahead - CLOCK_TOLERANCE.total_seconds():
            for name in schedules.bring_forward(self.connection):
                logger.warning("the schedule %s was for later: a run starts now", name)
        # Only now: where Redis went away, the next look finds it set back still.
        self._ahead = ahead

    def _show_life(self) -> None:
        """Redis may have been emptied since the last time."""
        with self.connection.pipeline() as pipeline:
            pipeline.hset(self.key, "birth", time.time())
            pipeline.expire(self.key, int(self._interval) + 10)
            pipeline.execute()


def _end(*_: object) -> NoReturn:
    sys.exit()
