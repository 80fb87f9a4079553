"""A worker as it is run, whose signs of life last for seconds instead of a minute and more."""

from typing import Any

from rq.job import Job

import jobs.worker

SHORTEST_TTL = 16
"""RQ waits for jobs 15 s less than a worker's sign of life lasts."""


class Worker(jobs.worker.Worker):
    """For `rqworker --worker-class`."""

    def __init__(self, queues: Any, name: str | None = None, **options: Any) -> None:
        options |= {"worker_ttl": SHORTEST_TTL, "maintenance_interval": 1}
        super().__init__(queues, name, **options, job_monitoring_interval=1)

    def get_heartbeat_ttl(self, job: Job) -> int:  # noqa: ARG002 - as RQ calls it
        """How long the job counts as running after its last sign of life."""
        return 4
