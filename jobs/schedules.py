"""The schedules, declared in one place. The only module that knows rq-scheduler."""

import warnings
from dataclasses import dataclass
from datetime import UTC, datetime

import django_rq
from redis import Redis
from rq.job import Job
from rq_scheduler import Scheduler
from rq_scheduler.utils import get_next_scheduled_time

from jobs.queue import HOURLY_QUEUE, TICK

# What rq-scheduler asks of crontab is announced to change; it is pinned, and Django's zone is UTC.
warnings.filterwarnings("ignore", category=FutureWarning, module="rq_scheduler")


@dataclass(frozen=True)
class Schedule:
    """A function and the minutes (cron, UTC) at which it is put into a queue."""

    name: str
    cron: str
    function: str
    queue: str = HOURLY_QUEUE


SCHEDULES = (Schedule("hourly-pipeline", "0 * * * *", TICK),)
_PREFIX = "schedule-"


@dataclass(frozen=True)
class Registered:
    """A schedule as it stands in Redis, with its next time."""

    name: str
    cron: str
    next_time: datetime


def register() -> list[str]:
    """Bring Redis in step with SCHEDULES; says what was changed (nothing, when all is well)."""
    scheduler = _scheduler()
    there = {job.id: job for job in scheduler.get_jobs() if job.id.startswith(_PREFIX)}
    changes = []
    for schedule in SCHEDULES:
        job = there.pop(_PREFIX + schedule.name, None)
        if job is None or not _is(job, schedule):
            _put(scheduler, schedule)
            changes.append(f"{'changed' if job else 'added'} {schedule.name} ({schedule.cron} UTC)")
    for job in there.values():
        scheduler.cancel(job)
        job.delete()
        changes.append(f"removed {job.id.removeprefix(_PREFIX)}")
    return changes


def restore(link: Redis | None = None) -> list[str]:
    """Put back what is missing in Redis; the names. As nobody knows which runs were lost with it,
    each is due at once."""
    return _put_now(missing(link), link)


def bring_forward(link: Redis | None = None) -> list[str]:
    """Let what stands there for later than its next minute be due at once; the names. A clock that
    was ahead has put it there, and the hours until then would have no run."""
    crons = {schedule.name: schedule.cron for schedule in SCHEDULES}
    late = [
        one.name
        for one in registered(link)
        if one.name in crons and one.next_time > get_next_scheduled_time(crons[one.name])
    ]
    return _put_now(late, link)


def registered(link: Redis | None = None) -> list[Registered]:
    """The schedules that stand in Redis."""
    return [
        Registered(
            job.id.removeprefix(_PREFIX), job.meta["cron_string"], next_time.replace(tzinfo=UTC)
        )
        for job, next_time in _scheduler(link).get_jobs(with_times=True)
        if job.id.startswith(_PREFIX)
    ]


def missing(link: Redis | None = None) -> list[str]:
    """The names of declared schedules that do not stand in Redis."""
    there = {schedule.name for schedule in registered(link)}
    return [schedule.name for schedule in SCHEDULES if schedule.name not in there]


def schedulers_alive(link: Redis | None = None) -> int:
    """How many scheduler processes show a sign of life."""
    connection = link or django_rq.get_connection(HOURLY_QUEUE)
    pattern = f"{Scheduler.redis_scheduler_namespace_prefix}*"
    return sum(1 for key in connection.scan_iter(pattern) if not connection.hexists(key, "death"))


def _put_now(names: list[str], link: Redis | None) -> list[str]:
    scheduler = _scheduler(link)
    for schedule in SCHEDULES:
        if schedule.name in names:
            job = _put(scheduler, schedule)
            scheduler.change_execution_time(job, datetime.now(UTC).replace(tzinfo=None))
    return names


def _scheduler(link: Redis | None = None) -> Scheduler:
    return django_rq.get_scheduler(HOURLY_QUEUE, connection=link)


def _is(job: Job, schedule: Schedule) -> bool:
    return (job.func_name, job.meta.get("cron_string"), job.origin) == (
        schedule.function,
        schedule.cron,
        schedule.queue,
    )


def _put(scheduler: Scheduler, schedule: Schedule) -> Job:
    # A finite result_ttl would let the job vanish between two ticks.
    job: Job = scheduler.cron(
        schedule.cron,
        func=schedule.function,
        id=_PREFIX + schedule.name,
        queue_name=schedule.queue,
        result_ttl=-1,
        description=f"schedule {schedule.name}",
    )
    return job
