"""How the pipeline is doing, in figures."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from rq import Queue
from rq.registry import (
    DeferredJobRegistry,
    FailedJobRegistry,
    ScheduledJobRegistry,
    StartedJobRegistry,
)

from jobs import owed, schedules
from jobs.health import Level, Part, redis_connection
from jobs.models import PipelineRun, RunStatus, Window
from jobs.models.run import OPEN
from jobs.queue import QUEUE_NAMES
from jobs.schedules import Registered

RECENT = timedelta(hours=24)
SHOWN_RUNS = 10
SEARCHED_RUNS = 50
COUNTED_RUNS = 500


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


def recent_runs() -> list[PipelineRun]:
    """The runs of the pipeline of the last 24 hours, newest first."""
    since = timezone.now() - RECENT
    runs = PipelineRun.objects.of_pipeline().filter(created_at__gte=since).order_by("-run_id")
    return list(runs[:COUNTED_RUNS])


def recent_states() -> dict[str, int]:
    """How many of the recent runs are in which state."""
    return dict(Counter(str(run.state) for run in recent_runs()))


def last_run() -> PipelineRun | None:
    """The newest run of the pipeline that has ended."""
    runs = PipelineRun.objects.of_pipeline().order_by("-run_id")[:SEARCHED_RUNS]
    return next((run for run in runs if run.state not in OPEN), None)


def last_run_part() -> Part:
    """It did not fail, and was not lost."""
    run = last_run()
    if run is not None and run.state in (RunStatus.FAILED, RunStatus.LOST):
        return Part(Level.DEGRADED, "The last run did not come to its end.", run.what_went_wrong)
    return Part(Level.HEALTHY, "The last run came to its end.")


def owed_work() -> Owed:
    """What is still to be computed."""
    return Owed(owed.owed_scores(), Window.objects.owing().count())


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
                        ("running", StartedJobRegistry),
                        ("scheduled", ScheduledJobRegistry),
                        ("deferred", DeferredJobRegistry),
                        ("failed", FailedJobRegistry),
                    )
                },
            )
            for name in QUEUE_NAMES
        ]


def next_runs() -> list[Registered]:
    """The schedules with their next time; raises RedisError."""
    with redis_connection() as link:
        return schedules.registered(link)
