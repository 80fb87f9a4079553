"""The process that does jobs, each in a child process (the work horse) of its own."""

import os
import signal
import time
from typing import Any

import rq
from redis.client import Pipeline, PubSub, PubSubWorkerThread
from redis.exceptions import ConnectionError as RedisConnectionError
from rq import worker_registration
from rq.job import Job

from jobs import tasks

SIGN_OF_LIFE_SECONDS = 60
"""How long a worker is taken for alive after its last sign, and one more minute; it shows one every
three quarters of that."""
AGAIN_SECONDS = 10
"""While Redis is away an idle worker tries again after no more than that: so it is at work, and
seen, soon after."""
COMMANDS_AGAIN_SECONDS = 2
LOOK_AROUND_SECONDS = 60
"""How often workers look for jobs of dead ones, and for jobs to be tried again."""


class Worker(rq.Worker):
    """What `manage.py rqworker` runs: RQ's worker, with shorter periods. It is seen again after
    Redis was emptied, and writes into the ledger that a work horse was killed."""

    def __init__(self, queues: Any, name: str | None = None, **options: Any) -> None:
        options["worker_ttl"] = min(options.get("worker_ttl") or 420, SIGN_OF_LIFE_SECONDS)
        super().__init__(queues, name, **{"maintenance_interval": LOOK_AROUND_SECONDS, **options})

    max_connection_wait_time = float(AGAIN_SECONDS)

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Show a sign of life."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None:
            self._be_seen()

    def maintain_heartbeats(self, job: Job) -> None:
        """Show signs of life of the worker and of the job that it does."""
        super().maintain_heartbeats(job)
        self._be_seen()

    def handle_work_horse_killed(self, job: Job, retpid: Any, ret_val: Any, rusage: Any) -> None:
        """The process of a job ended without a word."""
        super().handle_work_horse_killed(job, retpid, ret_val, rusage)  # type: ignore[no-untyped-call]
        tasks.note_gone(job, _how(ret_val))

    def _pubsub_exception_handler(
        self, exc: Exception, pubsub: PubSub, pubsub_thread: PubSubWorkerThread
    ) -> None:
        """The thread that hears of commands has lost Redis, of which the worker itself tells."""
        if not isinstance(exc, RedisConnectionError):
            super()._pubsub_exception_handler(exc, pubsub, pubsub_thread)
        time.sleep(COMMANDS_AGAIN_SECONDS)

    def _be_seen(self) -> None:
        """Register again when Redis was emptied."""
        if self.connection.sismember(self.redis_workers_keys, self.key):
            return
        with self.connection.pipeline() as pipeline:
            pipeline.hset(self.key, mapping={**self.serialize(), "state": self.get_state()})
            worker_registration.register(self, pipeline)
            pipeline.execute()


def _how(status: int | None) -> str:
    """What the status that a process left says to people."""
    if status is None or not os.WIFSIGNALED(status):
        return "its process ended without saying why; the worker's log may"
    number = os.WTERMSIG(status)
    name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
    return f"its process was ended by {name}: somebody killed it, or memory ran out"
