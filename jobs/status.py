"""How the pipeline is doing, in figures."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min
from django.utils import timezone
from rq import Queue
from rq.registry import DeferredJobRegistry, FailedJobRegistry, ScheduledJobRegistry
from rq.registry import StartedJobRegistry as RunningJobRegistry

from jobs import owed, schedules
from jobs.clock import from_hour, slices, to_hour
from jobs.health import redis_connection
from jobs.models import PipelineRun, Window
from jobs.plan import uncovered
from jobs.queue import BACKFILL_QUEUE, HOURLY_QUEUE
from jobs.schedules import Registered

RECENT = timedelta(hours=24)
SHOWN_RUNS = 10
COUNTED_RUNS = 500


@dataclass(frozen=True)
class Gap:
    """Windows in a row that are not covered, between the first covered one and now."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class QueueLength:
    """How many jobs of each kind a queue has."""

    name: str
    waiting: int
    running: int
    scheduled: int
    deferred: int
    failed: int


@dataclass(frozen=True)
class Owed:
    """What is still to be computed."""

    scores: int
    windows: int


def newest_runs() -> list[PipelineRun]:
    """The last runs, newest first."""
    return list(PipelineRun.objects.order_by("-run_id")[:SHOWN_RUNS])


def recent_states() -> dict[str, int]:
    """How many runs of the last 24 hours are in which state."""
    since = timezone.now() - RECENT
    runs = PipelineRun.objects.of_pipeline().filter(created_at__gte=since).order_by("-run_id")
    return dict(Counter(str(run.state) for run in runs[:COUNTED_RUNS]))


def owed_work() -> Owed:
    """What is still to be computed."""
    return Owed(owed.owed_scores(), Window.objects.owing().count())


def gaps() -> list[Gap]:
    """Where windows were never read."""
    first = Window.objects.aggregate(first=Min("window_start"))["first"]
    if first is None:
        return []
    missing = uncovered(range(to_hour(first), to_hour(timezone.now()))).tolist()
    return [
        Gap(from_hour(part.start), from_hour(part.stop))
        for part in slices(missing, longest=len(missing) or 1)
    ]


def missing_windows() -> int:
    """How many windows the gaps have."""
    first = Window.objects.aggregate(first=Min("window_start"))["first"]
    if first is None:
        return 0
    now = to_hour(timezone.now())
    return now - to_hour(first) - Window.objects.filter(window_start__lt=from_hour(now)).count()


def queue_lengths() -> list[QueueLength]:
    """What waits, runs and failed; raises RedisError."""
    with redis_connection() as link:
        return [
            QueueLength(
                name,
                waiting=Queue(name, connection=link).count,
                **{
                    key: registry(name, connection=link).get_job_count(cleanup=False)
                    for key, registry in (
                        ("running", RunningJobRegistry),
                        ("scheduled", ScheduledJobRegistry),
                        ("deferred", DeferredJobRegistry),
                        ("failed", FailedJobRegistry),
                    )
                },
            )
            for name in (HOURLY_QUEUE, BACKFILL_QUEUE)
        ]


def next_runs() -> list[Registered]:
    """The schedules with their next time; raises RedisError."""
    with redis_connection() as link:
        return schedules.registered(link)
