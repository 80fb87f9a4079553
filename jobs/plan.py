"""Which windows a run reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.conf import settings
from django.db.models import Max, Min
from numpy.typing import NDArray

from jobs.clock import from_hour, slices, to_hour
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger, Window
from sentiment_api.models.revision import EpochHour

REREAD_HOURS = 24
DAILY_REREAD_HOURS = 240
SLICE_HOURS = 168
"""How many windows pass all four steps before the next ones are read."""


@dataclass(frozen=True)
class Plan:
    """What a run is going to read: slices of consecutive windows, rising."""

    slices: list[range]
    everyone: bool = False
    customer_ids: Sequence[int] | None = None
    recompute: bool = False

    @property
    def windows(self) -> int:
        """How many windows there are in it."""
        return sum(len(part) for part in self.slices)

    @property
    def bounds(self) -> tuple[datetime, datetime] | None:
        """From the first window to the end of the last; None for an empty plan."""
        if not self.slices:
            return None
        return from_hour(self.slices[0].start), from_hour(self.slices[-1].stop)


def plan_run(run: PipelineRun, now: datetime) -> Plan:
    """The plan of a run, by what is covered at this moment. Only full windows are read."""
    if run.trigger == Trigger.BACKFILL:
        return plan_backfill(run, now)
    return plan_hour(now, whole_day=run.whole_day)


def plan_hour(now: datetime, whole_day: bool) -> Plan:
    """The hourly run: everything that is not covered, as far as catch-up looks back, and the
    last windows again for late reports (more of them in the first run of a day)."""
    end = to_hour(now)
    span = Window.objects.aggregate(first=Min("window_start"), last=Max("window_start"))
    if span["first"] is None:
        first = end - settings.INITIAL_HISTORY_HOURS
        return Plan(list(slices(range(first, end), SLICE_HOURS)), everyone=True)
    earliest = to_hour(span["first"])
    gaps = uncovered(range(max(end - settings.CATCH_UP_HOURS, earliest), end))
    again = range(max(end - (DAILY_REREAD_HOURS if whole_day else REREAD_HOURS), earliest), end)
    hours = np.union1d(gaps, np.arange(again.start, again.stop))
    return Plan(list(slices(hours.tolist(), SLICE_HOURS)), everyone=whole_day)


def plan_backfill(run: PipelineRun, now: datetime) -> Plan:
    """A backfill: the windows of its range that `reprocess` names."""
    if run.range_start is None or run.range_end is None:
        raise ValueError("a backfill has a range")
    asked = range(to_hour(run.range_start), min(to_hour(run.range_end), to_hour(now)))
    if run.customer_ids:
        chosen = np.setdiff1d(np.arange(asked.start, asked.stop), uncovered(asked))
    elif run.reprocess == Reprocess.ALL:
        chosen = np.arange(asked.start, asked.stop)
    else:
        chosen = uncovered(asked)
        if run.reprocess == Reprocess.FAILED:
            chosen = np.union1d(chosen, _failed(asked, run))
    return Plan(
        slices=list(slices(chosen.tolist(), SLICE_HOURS)),
        everyone=run.reprocess == Reprocess.ALL and not run.customer_ids,
        customer_ids=run.customer_ids or None,
        recompute=run.reprocess == Reprocess.ALL or bool(run.customer_ids),
    )


def uncovered(hours: range) -> NDArray[np.int64]:
    """The windows of a range that were never read, rising."""
    covered = Window.objects.filter(
        window_start__gte=from_hour(hours.start), window_start__lt=from_hour(hours.stop)
    ).values_list(EpochHour("window_start"), flat=True)
    return np.setdiff1d(np.arange(hours.start, hours.stop), np.fromiter(covered, dtype=np.int64))


def _failed(hours: range, asking: PipelineRun) -> NDArray[np.int64]:
    """The windows whose last run failed or was lost."""
    failed = np.zeros(max(len(hours), 0), dtype=bool)
    runs = PipelineRun.objects.filter(
        range_start__lt=from_hour(hours.stop), range_end__gt=from_hour(hours.start)
    ).exclude(pk=asking.pk)
    unfinished = (RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.LOST)
    for run in runs.order_by("run_id").iterator():
        if run.range_start is None or run.range_end is None:
            continue
        first = max(to_hour(run.range_start) - hours.start, 0)
        last = max(to_hour(run.range_end) - hours.start, 0)
        failed[first:last] = run.state in unfinished
    return np.flatnonzero(failed) + hours.start


def is_first_of_day(now: datetime) -> bool:
    """Has no run of this UTC day read 240 windows and all customers yet?"""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return not PipelineRun.objects.filter(
        whole_day=True, status=RunStatus.SUCCEEDED, created_at__gte=midnight
    ).exists()
