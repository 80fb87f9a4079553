"""How the pipeline is, in the form of Prometheus: computed from the databases when it is asked
for, so that it is the same whichever process answers and survives every restart."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import Error as DatabaseError
from django.db.models import Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from config.outage import Outage
from jobs import backup, schedules, status
from jobs.gaps import missing_windows
from jobs.health import Level, redis_connection, source_database
from jobs.models import PipelineRun, RunStatus
from jobs.pipeline import STEPS
from jobs.queue import QUEUE_NAMES, workers_by_queue
from jobs.space import free_bytes, local_database_bytes, sqlite_file
from sentiment_api.freshness import data_freshness

logger = logging.getLogger(__name__)

Family = GaugeMetricFamily
PREFIX = "sentiment_"
OUTAGES = {part: Outage(part, "its figures are left out", logger) for part in ("database", "redis")}


class Pipeline(Collector):
    """Runs, data, owed work, queues. A part that cannot be asked is left out, and `sentiment_up`
    says so."""

    def collect(self) -> Iterator[Family]:
        """All figures, as they are now."""
        yield from _on_disk()
        up = _family("up", "1 when a part answers, else 0.", "part")
        parts: tuple[tuple[str, Callable[[], Iterable[Family]], type[Exception]], ...] = (
            ("database", _of_database, DatabaseError),
            ("redis", _of_redis, RedisError),
        )
        for part, figures, down in parts:
            try:
                yield from list(figures())
            except down as error:
                OUTAGES[part].begin(error)
                up.add_metric([part], 0)
            else:
                OUTAGES[part].end()
                up.add_metric([part], 1)
        source = source_database()
        if source.is_known:
            up.add_metric(["source"], source.status == Level.HEALTHY)
        yield up


def _family(name: str, help_text: str, *labels: str) -> Family:
    return GaugeMetricFamily(PREFIX + name, help_text, labels=labels)


def _value(name: str, help_text: str, value: float) -> Family:
    return GaugeMetricFamily(PREFIX + name, help_text, value=value)


def _of_database() -> Iterator[Family]:
    yield from _data()
    yield from _runs()
    owed = status.owed_work()
    yield _value("owed_scores", "Scores still to be computed.", owed.scores)
    yield _value("owed_windows", "Windows that owe anything.", owed.windows)
    yield _value(
        "missing_windows",
        "Windows between the first covered one and now that were never read.",
        missing_windows(),
    )
    if sqlite_file() is None:
        yield _size()


def _on_disk() -> Iterator[Family]:
    """What is known without the local database: a full disk may be why it does not answer."""
    try:
        free = free_bytes()
        if free is not None:
            yield _size()
            yield _value("local_disk_free_bytes", "Free space where the SQLite file lies.", free)
    except OSError as error:
        logger.warning("the room of the local database is left out: %s", error)
    yield from _newest_backup()


def _size() -> Family:
    return _value("local_database_bytes", "Size of the local database.", local_database_bytes())


def _newest_backup() -> Iterator[Family]:
    if not settings.BACKUP_DIR:
        return
    try:
        copy = backup.newest()
    except backup.BackupError as error:
        logger.warning("the age of the newest copy is left out: %s", error)
        copy = None
    limit = settings.BACKUP_MAX_AGE_HOURS * 3600
    yield _value("backup_objective_seconds", "How old it may be (BACKUP_MAX_AGE_HOURS).", limit)
    if copy is not None:
        yield _value("backup_age_seconds", "Age of the newest copy.", _since(copy.made_at))
        yield _value("backup_bytes", "Size of the newest copy.", copy.size)


def _data() -> Iterator[Family]:
    fresh = data_freshness()
    yield _value(
        "data_objective_seconds",
        "How old the newest covered window may be (FRESHNESS_OBJECTIVE_MINUTES).",
        fresh.objective.total_seconds(),
    )
    for name, end, what in (
        ("data_age_seconds", fresh.newest_covered_window, "covered window"),
        ("data_complete_age_seconds", fresh.newest_complete_window, "window that owes nothing"),
    ):
        if end is not None:
            yield _value(name, f"Time since the end of the newest {what}.", _since(end))


def _runs() -> Iterator[Family]:
    states = _family("runs", "Runs of the last 24 hours by what became of them.", "status")
    recent = status.recent_states()
    for state in RunStatus:
        states.add_metric([state.value], recent.get(state.value, 0))
    yield states
    rows = _family("run_rows", "Rows that the runs of the last 24 hours dealt with.", "kind")
    since = timezone.now() - status.RECENT
    sums = (
        PipelineRun.objects.of_pipeline()
        .filter(created_at__gte=since)
        .aggregate(
            **{kind: Sum(f"rows_{kind}", default=0) for kind in ("read", "written", "rejected")}
        )
    )
    for kind, count in sums.items():
        rows.add_metric([kind], count)
    yield rows
    yield from _newest_good_run()


def _newest_good_run() -> Iterator[Family]:
    good = PipelineRun.objects.of_pipeline().filter(status=RunStatus.SUCCEEDED)
    run = good.order_by("-created_at").first()
    if run is None or run.finished_at is None:
        return
    yield _value(
        "run_age_seconds", "Time since the end of the newest good run.", _since(run.finished_at)
    )
    if run.duration is not None:
        yield _value(
            "run_duration_seconds",
            "From start to end of the newest good run.",
            run.duration.total_seconds(),
        )
    steps = _family("step_duration_seconds", "Work on each step of the newest good run.", "step")
    for step in STEPS:
        if step in run.steps:
            steps.add_metric([step], run.steps[step]["seconds"])
    yield steps


def _of_redis() -> Iterator[Family]:
    jobs = _family("queue_jobs", "Jobs in a queue by what becomes of them.", "queue", "state")
    for queue in status.queue_lengths():
        for state in ("waiting", "running", "scheduled", "deferred", "failed"):
            jobs.add_metric([queue.name, state], getattr(queue, state))
    yield jobs
    with redis_connection() as link:
        serving = workers_by_queue(link)
        workers = _family("workers", "Workers that take jobs from a queue.", "queue")
        for name in QUEUE_NAMES:
            workers.add_metric([name], serving[name])
        yield workers
        yield _value("schedulers", "Schedulers alive.", schedules.schedulers_alive(link))
        yield _value("missing_schedules", "Schedules not registered.", len(schedules.missing(link)))


def _since(instant: datetime) -> float:
    return max((timezone.now() - instant).total_seconds(), 0.0)
