"""The Redis that keeps what all web processes share (who asked how often)."""

import functools
import logging
from typing import Any

import redis

from config.outage import Outage

ASK_AGAIN_SECONDS = 5

logger = logging.getLogger(__name__)


@functools.cache
def outage_of(address: str) -> Outage:
    """What this process knows of a server."""
    return Outage(f"Redis ({address})", "callers are not counted", logger, ASK_AGAIN_SECONDS)


class SparingRedis(redis.Redis):
    """Asks a server that is away once in a while, so that one request waits for it and not all."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis.Redis does; ConnectionError at once while the server is known to be away."""
        at = self.connection_pool.connection_kwargs
        outage = outage_of(f"{at.get('host')}:{at.get('port')}")
        if outage.spares():
            raise redis.ConnectionError("it was away a moment ago")
        try:
            answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except (redis.ConnectionError, redis.TimeoutError) as error:
            outage.begin(error)
            raise
        outage.end()
        return answer
