"""The pipeline on RQ: each run is a chain of four jobs, each started by the success of the one
before."""

from uuid import UUID

import django_rq
from rq import Retry
from rq.exceptions import NoSuchJobError
from rq.job import Job

from jobs.models import PipelineRun, RunStatus, Trigger
from jobs.pipeline import STEPS

HOURLY_QUEUE = "high"
BACKFILL_QUEUE = "default"
STEP_SECONDS = 3600
BACKFILL_STEP_SECONDS = 24 * 3600
RETRY_AFTER_SECONDS = [10, 60, 300]
KEEP_FAILED_SECONDS = 7 * 24 * 3600


def enqueue_run(run: PipelineRun) -> list[str]:
    """Put the four jobs of a run into its queue, as soon as the transaction is committed; their
    ids."""
    backfill = run.trigger == Trigger.BACKFILL
    queue = django_rq.get_queue(BACKFILL_QUEUE if backfill else HOURLY_QUEUE)
    ids = [job_id(run.run_id, step) for step in STEPS]
    for step, own, before in zip(STEPS, ids, [None, *ids], strict=False):
        queue.enqueue(
            f"jobs.tasks.{step}",
            str(run.run_id),
            job_id=own,
            depends_on=before,
            retry=Retry(max=len(RETRY_AFTER_SECONDS), interval=RETRY_AFTER_SECONDS),
            job_timeout=BACKFILL_STEP_SECONDS if backfill else STEP_SECONDS,
            failure_ttl=KEEP_FAILED_SECONDS,
            description=f"{step} of run {run.run_id}",
        )
    return ids


def job_id(run_id: UUID, step: str) -> str:
    """The RQ id of a step's job."""
    return f"{run_id}-{step}"


def drop_followers(run_id: UUID, failed_step: str) -> None:
    """Take the jobs that wait for a step that has failed for good out of Redis."""
    connection = django_rq.get_connection(HOURLY_QUEUE)
    for step in STEPS[STEPS.index(failed_step) + 1 :]:
        try:
            Job.fetch(job_id(run_id, step), connection=connection).delete()
        except NoSuchJobError:
            continue


def hourly_run_is_waiting() -> bool:
    """Is a scheduled run in the queue that no worker has begun?"""
    return any(
        run.state == RunStatus.QUEUED
        for run in PipelineRun.objects.filter(
            trigger=Trigger.SCHEDULE, status=RunStatus.QUEUED
        ).order_by("-run_id")[:1]
    )
