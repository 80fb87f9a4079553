"""How the pipeline is, in a few lines that say what to do; and who works on it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from redis.exceptions import RedisError
from rq import Worker

from config.outage import in_words
from jobs import disk, schedules, status, words
from jobs.findings import Finding
from jobs.gaps import gaps
from jobs.health import Level, redis_connection, source_database
from jobs.models import RunStatus
from jobs.queue import KEEP_FAILED_SECONDS, QUEUE_NAMES, START_A_WORKER
from jobs.schedules import Registered
from jobs.status import QueueLength
from sentiment_api.freshness import data_freshness

SOURCE, DATA, RUN, WINDOWS, OWED = "Source", "Data", "Last run", "Windows", "Work owed"
WORKERS, QUEUES, SCHEDULE, REDIS = "Workers", "Queues", "Schedule", "Redis"
DAYS_KEPT = KEEP_FAILED_SECONDS // (24 * 3600)


@dataclass(frozen=True)
class WorkerAtWork:
    """A worker as Redis knows it."""

    name: str
    state: str
    queues: str
    last_sign: datetime | None


@dataclass(frozen=True)
class Machinery:
    """What only Redis knows."""

    queues: list[QueueLength]
    workers: list[WorkerAtWork]
    schedules: list[Registered]
    schedulers: int


def machinery() -> Machinery:
    """Queues, workers and schedules now. Raises RedisError."""
    with redis_connection() as link:
        workers = [
            WorkerAtWork(
                worker.name,
                str(worker.get_state()),
                ", ".join(worker.queue_names()),
                _aware(worker.last_heartbeat),
            )
            for worker in Worker.all(connection=link)
        ]
        return Machinery(
            status.queue_lengths(),
            workers,
            schedules.registered(link),
            schedules.schedulers_alive(link),
        )


def overview() -> tuple[list[Finding], Machinery | None]:
    """All lines, and what Redis knows (None while it is away)."""
    findings = [_source(), *_data(), *_runs(), *_windows(), *_owed(), *_disk()]
    try:
        found = machinery()
    except RedisError as error:
        said = f"cannot be reached, so no run starts: {in_words(error)}"
        text = f"{said}; check REDIS_URL and the server"
        return [*findings, Finding.bad(REDIS, text)], None
    return [*findings, *_machinery(found)], found


def _source() -> Finding:
    """As health saw it a moment ago, so that looking here often does not load the source."""
    part = source_database()
    make = Finding.good if part.status == Level.HEALTHY else Finding.bad
    return make(SOURCE, (part.detail or part.message).removeprefix("source "))


def _disk() -> Iterator[Finding]:
    for finding in (disk.room(), *disk.copies()):
        yield replace(finding, subject=finding.subject.capitalize())


def _data() -> Iterator[Finding]:
    freshness = data_freshness()
    if freshness.newest_covered_window is None or freshness.age is None:
        yield Finding.bad(DATA, "nothing was read yet: run now")
        return
    minutes = int(freshness.age.total_seconds() // 60)
    age = f"{minutes} minutes" if minutes < 180 else f"{minutes // 60} hours"
    said = f"read up to {freshness.newest_covered_window:%Y-%m-%d %H:%M}Z, {age} ago"
    if freshness.met:
        yield Finding.good(DATA, said)
    else:
        allowed = int(freshness.objective.total_seconds() // 60)
        yield Finding.bad(DATA, f"{said}; it should be less than {allowed} minutes")


def _runs() -> Iterator[Finding]:
    run = status.last_run()
    if run is None:
        yield Finding.doubtful(RUN, "no run has ended yet")
        return
    said = f"{run.state}, began {run.created_at:%Y-%m-%d %H:%M}Z"
    if run.duration:
        said += f", took {words.duration(run.duration)}"
    if run.state == RunStatus.SUCCEEDED:
        yield Finding.good(RUN, said)
    else:
        wrong = run.what_went_wrong
        yield Finding.bad(RUN, f"{said}{': ' + wrong if wrong else ''}")


def _windows() -> Iterator[Finding]:
    missing = gaps()
    if not missing:
        yield Finding.good(WINDOWS, "none is missing")
        return
    count = sum(gap.windows for gap in missing)
    said = f"{count:,} missing in {words.count(len(missing), 'gap')}"
    if all(gap.is_caught_up for gap in missing):
        yield Finding.doubtful(WINDOWS, f"{said}; the next run reads them")
    else:
        yield Finding.doubtful(WINDOWS, f"{said}; the old ones have to be repaired")


def _owed() -> Iterator[Finding]:
    owed = status.owed_work()
    if owed.scores or owed.windows:
        said = f"{words.count(owed.scores, 'score')} and {words.count(owed.windows, 'window')}"
        yield Finding.doubtful(OWED, f"{said}; the next run computes them")
    else:
        yield Finding.good(OWED, "none")


def _machinery(found: Machinery) -> Iterator[Finding]:
    served = {name for worker in found.workers for name in worker.queues.split(", ")}
    unserved = [name for name in QUEUE_NAMES if name not in served]
    said = words.count(len(found.workers), "worker")
    if unserved:
        yield Finding.bad(
            WORKERS,
            f"{said}; nobody serves {' and '.join(unserved)}: start {START_A_WORKER}",
        )
    else:
        yield Finding.good(WORKERS, said)
    waiting = sum(queue.waiting + queue.running for queue in found.queues)
    failed = sum(queue.failed for queue in found.queues)
    text = f"{waiting:,} waiting or running, {failed:,} failed in the last {DAYS_KEPT} days"
    yield Finding.doubtful(QUEUES, text) if failed else Finding.good(QUEUES, text)
    missing = len(found.schedules) < len(schedules.SCHEDULES)
    if missing:
        yield Finding.bad(SCHEDULE, "not registered: `manage.py setup_schedules`")
    elif not found.schedulers:
        text = "no scheduler runs, so no run starts by itself: `manage.py rqscheduler`"
        yield Finding.bad(SCHEDULE, text)
    else:
        soon = min(schedule.next_time for schedule in found.schedules)
        yield Finding.good(SCHEDULE, f"the next run begins at {soon:%Y-%m-%d %H:%M}Z")


def _aware(instant: datetime | None) -> datetime | None:
    if instant is None or instant.tzinfo is not None:
        return instant
    return instant.replace(tzinfo=UTC)
