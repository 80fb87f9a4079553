"""Runs that people ask for: into the ledger, into the history, into the queue; or nowhere."""

from datetime import datetime, timedelta

from django.contrib.admin.models import ADDITION, CHANGE
from django.db import transaction
from django.db.models import Q
from redis.exceptions import RedisError

from config.history import Change, Who, record
from config.outage import in_words
from jobs.health import redis_connection
from jobs.ledger import Ledger
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger
from jobs.pipeline import backfill_run, open_hourly_run
from jobs.queue import enqueue_run, is_waiting

JUDGED_BY = 20
"""How many of the last runs say how long one takes."""


class WaitingAlreadyError(Exception):
    """The same run waits in the queue already."""

    def __init__(self, run: PipelineRun) -> None:
        super().__init__("the same run is waiting in the queue already")
        self.run = run


def ask_for_run(by: Who) -> PipelineRun:
    """One run now, of what the hour asks for. Raises RedisError, WaitingAlreadyError."""
    need_redis()
    _refuse_twice(Q(trigger=Trigger.ADMIN))
    with transaction.atomic():
        run = open_hourly_run(Trigger.ADMIN)
        record(by, [Change(run, ADDITION, "run now", _name(run))])
    enqueue(run)
    return run


def ask_for_range(by: Who, start: datetime, end: datetime, reprocess: Reprocess) -> PipelineRun:
    """A backfill of a range of full hours. Raises RedisError, WaitingAlreadyError."""
    run = backfill_run(start, end, reprocess)
    need_redis()
    refuse_same_backfill(run)
    with transaction.atomic():
        run.save()
        said = f"{start:%Y-%m-%d %H:%M}Z to {end:%Y-%m-%d %H:%M}Z: {reprocess.label}"
        record(by, [Change(run, ADDITION, said, _name(run))])
    enqueue(run)
    return run


def stop(by: Who, run: PipelineRun) -> bool:
    """End a backfill that jobs of the queue work on: they stop after what they have at hand. False
    when it has ended already."""
    with transaction.atomic():
        stopped = Ledger(run).stop(str(by))
        if stopped:
            record(by, [Change(run, CHANGE, "stopped", _name(run))])
    return stopped


def time_per_window() -> timedelta | None:
    """What a window took in the last runs for all customers that succeeded, by preference in those
    that computed everything again; None when there were none."""
    runs = PipelineRun.objects.filter(
        status=RunStatus.SUCCEEDED, windows_done__gt=0, started_at__isnull=False, customer_ids=[]
    ).exclude(finished_at=None)
    for chosen in (runs.filter(reprocess=Reprocess.ALL), runs):
        last = list(chosen.order_by("-run_id")[:JUDGED_BY])
        if last:
            took = sum((run.duration or timedelta() for run in last), timedelta())
            return took / sum(run.windows_done for run in last)
    return None


def refuse_same_backfill(run: PipelineRun) -> None:
    """Raise WaitingAlreadyError when a backfill of the same waits in the queue."""
    _refuse_twice(
        Q(trigger=run.trigger, range_start=run.range_start, range_end=run.range_end),
        Q(reprocess=run.reprocess, customer_ids=run.customer_ids),
    )


def need_redis() -> None:
    """Raise RedisError before anything is written."""
    with redis_connection() as link:
        link.ping()


def enqueue(run: PipelineRun) -> None:
    """Put a stored run into its queue. Raises RedisError after the ledger says so."""
    try:
        enqueue_run(run)
    except RedisError as error:
        run.status, run.error = RunStatus.FAILED, f"Redis: {in_words(error)}"
        run.save(update_fields=["status", "error"])
        raise


def _name(run: PipelineRun) -> str:
    return f"run of {run.created_at:%Y-%m-%d %H:%M}Z"


def _refuse_twice(*same: Q) -> None:
    waiting = PipelineRun.objects.filter(*same, status=RunStatus.QUEUED).order_by("-run_id").first()
    if waiting is not None and is_waiting(waiting):
        raise WaitingAlreadyError(waiting)
