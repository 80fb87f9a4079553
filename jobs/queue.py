"""The pipeline on RQ. An hourly run is a chain of four jobs, each started by the success of the one
before; a backfill is done by a crew of equal jobs, its members."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

import django_rq
from django.utils import timezone
from redis import Redis
from rq import Retry, Worker, get_current_job
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus

from jobs.models import PipelineRun, RunStatus, Trigger
from jobs.pipeline import STEPS
from jobs.plan import hours_of
from sentiment_api.identifiers import time_ordered_uuid

TICK = "jobs.tasks.enqueue_hourly_run"
HOURLY_QUEUE = "high"
BACKFILL_QUEUE = "default"
QUEUE_NAMES = (HOURLY_QUEUE, BACKFILL_QUEUE)
START_A_WORKER = f"`manage.py rqworker {' '.join(QUEUE_NAMES)} --with-scheduler`"
"""What to do where a queue is served by none."""
STEP_SECONDS = 3600
MEMBER_SECONDS = 24 * 3600
FEWEST_MEMBERS = 2
RETRY_AFTER_SECONDS = [10, 60, 300]
KEEP_FAILED_SECONDS = 7 * 24 * 3600
OVER = (JobStatus.FINISHED, JobStatus.FAILED, JobStatus.STOPPED, JobStatus.CANCELED)
"""What nobody will do any more, though it is kept."""


def enqueue_run(run: PipelineRun) -> list[str]:
    """Put the jobs of a run into its queue, as soon as the transaction is committed; their ids.
    Raises RedisError."""
    return _enqueue_crew(run) if run.trigger == Trigger.BACKFILL else _enqueue_chain(run)


def _enqueue_chain(run: PipelineRun) -> list[str]:
    queue = django_rq.get_queue(HOURLY_QUEUE)
    ids = [job_id(run.run_id, step) for step in STEPS]
    for step, own, before in zip(STEPS, ids, [None, *ids], strict=False):
        queue.enqueue(
            f"jobs.tasks.{step}",
            str(run.run_id),
            job_id=own,
            depends_on=before,
            retry=_retry(),
            job_timeout=STEP_SECONDS,
            failure_ttl=KEEP_FAILED_SECONDS,
            description=f"{step} of run {run.run_id}",
        )
    return ids


def _enqueue_crew(run: PipelineRun) -> list[str]:
    """As many members as there are workers; at least two, so that one takes over from the other."""
    queue = django_rq.get_queue(BACKFILL_QUEUE)
    workers = max(Worker.count(queue=queue), FEWEST_MEMBERS)
    run.members = min(workers, len(hours_of(run)))
    run.save(update_fields=["members"])
    return [enqueue_member(run.run_id) for _ in range(run.members)]


def enqueue_member(run_id: UUID) -> str:
    """Put one more job that takes part in a backfill at the end of the queue; its id."""
    own = f"{run_id}-{time_ordered_uuid()}"
    django_rq.get_queue(BACKFILL_QUEUE).enqueue(
        "jobs.tasks.join_backfill",
        str(run_id),
        job_id=own,
        retry=_retry(),
        job_timeout=MEMBER_SECONDS,
        failure_ttl=KEEP_FAILED_SECONDS,
        description=f"member of the crew of run {run_id}",
    )
    return own


def workers_by_queue(link: Redis) -> Counter[str]:
    """How many workers take jobs from each queue. Raises RedisError."""
    return Counter(name for worker in Worker.all(connection=link) for name in worker.queue_names())


def worker_is_wanted() -> bool:
    """Does a job of an hourly run wait, or was the worker of the present job asked to stop?"""
    if django_rq.get_queue(HOURLY_QUEUE).count:
        return True
    job = get_current_job()
    if job is None or not job.worker_name:
        return False
    key = f"{Worker.redis_worker_namespace_prefix}{job.worker_name}"
    return bool(job.connection.hexists(key, "shutdown_requested_date"))


def _members() -> list[str]:
    """The ids of members that wait, are to be tried again later, or have just been taken."""
    queue = django_rq.get_queue(BACKFILL_QUEUE)
    # In the order in which jobs move, and full circle: none slips through between two looks.
    return [
        *queue.job_ids,
        *queue.started_job_registry.get_job_ids(cleanup=False),
        *queue.scheduled_job_registry.get_job_ids(cleanup=False),
        *queue.job_ids,
    ]


def _retry() -> Retry:
    return Retry(max=len(RETRY_AFTER_SECONDS), interval=RETRY_AFTER_SECONDS)


def next_try(job: Job) -> str | None:
    """When a job that fails is tried again, in words; None when that was the last time."""
    if not job.retries_left:
        return None
    tries = len(RETRY_AFTER_SECONDS) + 1
    begins = timezone.now() + timedelta(seconds=job.get_retry_interval())
    return f"try {tries + 1 - job.retries_left} of {tries} begins at {begins:%H:%M:%S}Z"


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


def let_the_tick_come_again() -> bool:
    """The tick that is at work fails. A schedule's job is not tried again by itself, as the next
    one has the same name: another job does it, with the same waits as all others. False for that
    other one, which is tried again like any job."""
    job = get_current_job()
    if job is None or job.retries_left is not None:
        return False
    first, *others = RETRY_AFTER_SECONDS
    django_rq.get_queue(HOURLY_QUEUE).enqueue_in(
        timedelta(seconds=first),
        TICK,
        job_id=f"{job.id}-again",
        retry=Retry(max=len(others), interval=others),
        failure_ttl=KEEP_FAILED_SECONDS,
        description=f"{job.description}, again",
    )
    return True


def forget_failed_tick() -> None:
    """The tick that is at work is well. One of the same name that failed before is no longer
    something to look at, and to delete it would delete the schedule."""
    job = get_current_job()
    if job is not None:
        django_rq.get_queue(job.origin).failed_job_registry.remove(job)


def hourly_run_is_waiting() -> bool:
    """Is a scheduled run in the queue that no worker has begun? Raises RedisError."""
    queued = PipelineRun.objects.filter(trigger=Trigger.SCHEDULE, status=RunStatus.QUEUED)
    newest = queued.order_by("-run_id").first()
    return newest is not None and is_waiting(newest)


def is_waiting(run: PipelineRun) -> bool:
    """Does a run that is queued by the ledger wait in Redis as well? It does not when Redis was
    emptied, or when its job failed for good and could not say so in the ledger; it does however
    long ago it was queued, behind a long backfill. Raises RedisError."""
    if run.status != RunStatus.QUEUED:
        return False
    if run.trigger == Trigger.BACKFILL:
        return any(own.startswith(str(run.run_id)) for own in _members())
    link = django_rq.get_connection(HOURLY_QUEUE)
    try:
        first = Job.fetch(job_id(run.run_id, STEPS[0]), connection=link)
    except NoSuchJobError:
        return False
    return first.get_status(refresh=False) not in OVER
