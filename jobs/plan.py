"""Which windows a run reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.conf import settings
from django.db.models import Min
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from jobs.clock import from_hour, slices, to_hour
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger, Window
from sentiment_api.models.revision import EpochHour

REREAD_HOURS = 24
DAILY_REREAD_HOURS = 240
UNFINISHED = (RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.LOST)
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
    first_covered = Window.objects.aggregate(first=Min("window_start"))["first"]
    if first_covered is None:
        first = end - settings.INITIAL_HISTORY_HOURS
        return Plan(list(slices(range(first, end), SLICE_HOURS)), everyone=True)
    earliest = to_hour(first_covered)
    gaps = uncovered(range(max(end - settings.CATCH_UP_HOURS, earliest), end))
    again = range(max(end - (DAILY_REREAD_HOURS if whole_day else REREAD_HOURS), earliest), end)
    hours = np.union1d(gaps, np.arange(again.start, again.stop))
    return Plan(list(slices(hours.tolist(), SLICE_HOURS)), everyone=whole_day)


def plan_backfill(run: PipelineRun, now: datetime) -> Plan:
    """A backfill: the windows of its range that `reprocess` names."""
    hours = asked_hours(run)
    asked = range(hours.start, min(hours.stop, to_hour(now)))
    if run.customer_ids:
        chosen = np.setdiff1d(np.arange(asked.start, asked.stop), uncovered(asked))
    elif run.reprocess == Reprocess.ALL:
        chosen = np.arange(asked.start, asked.stop)
    else:
        chosen = uncovered(asked)
        if run.reprocess == Reprocess.FAILED:
            chosen = np.union1d(chosen, failed(asked, besides=run))
    return part_of_backfill(run, list(slices(chosen.tolist(), SLICE_HOURS)))


def asked_hours(run: PipelineRun) -> range:
    """The windows that a backfill was asked for."""
    if run.range_start is None or run.range_end is None:
        raise ValueError("a backfill has a range")
    return range(to_hour(run.range_start), to_hour(run.range_end))


def part_of_backfill(run: PipelineRun, parts: list[range]) -> Plan:
    """Some windows of a backfill, read as it asks for."""
    return Plan(
        slices=parts,
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


def failed(hours: range, besides: PipelineRun | None = None) -> NDArray[np.int64]:
    """The covered windows of a range that a run (but not `besides`) was to read and did not
    bring to an end, and no later one did."""
    windows = _Windows.of(hours)
    open_ones = np.zeros(len(windows.hour), dtype=bool)
    runs = PipelineRun.objects.filter(
        range_start__lt=from_hour(hours.stop), range_end__gt=from_hour(hours.start), customer_ids=[]
    )
    if besides is not None:
        runs = runs.exclude(pk=besides.pk)
    for run in runs.order_by("run_id").iterator():
        if run.range_start is None or run.range_end is None or run.started_at is None:
            continue
        begin = run.started_at.timestamp()
        inside = (windows.hour >= to_hour(run.range_start)) & (
            windows.hour < to_hour(run.range_end)
        )
        read = windows.read >= begin
        if run.state == RunStatus.SUCCEEDED:
            open_ones[inside & read] = False
        elif run.state in UNFINISHED:
            new_ones_only = run.trigger == Trigger.BACKFILL and run.reprocess == Reprocess.NONE
            meant = inside & (windows.covered >= begin) if new_ones_only else inside
            open_ones[meant & ~(read & ~windows.owing)] = True
    return windows.hour[open_ones]


@dataclass(frozen=True)
class _Windows:
    """Covered windows: hour, when each was last read and first covered (seconds since 1970), and
    whether it owes anything."""

    hour: NDArray[np.int64]
    read: NDArray[np.float64]
    covered: NDArray[np.float64]
    owing: NDArray[np.bool_]

    @classmethod
    def of(cls, hours: range) -> "_Windows":
        rows = Window.objects.filter(
            window_start__gte=from_hour(hours.start), window_start__lt=from_hour(hours.stop)
        ).order_by("window_start")
        owing = set(rows.owing().values_list("pk", flat=True))
        # Windows that an older version has read know the source's clock alone.
        stored_at = Coalesce("stored_at", "read_at")
        found = list(rows.values_list("pk", stored_at, "covered_at"))
        return cls(
            np.array([to_hour(start) for start, _, _ in found], dtype=np.int64),
            np.array([read.timestamp() for _, read, _ in found], dtype=np.float64),
            np.array([covered.timestamp() for _, _, covered in found], dtype=np.float64),
            np.array([start in owing for start, _, _ in found], dtype=bool),
        )


def is_first_of_day(now: datetime) -> bool:
    """Has no run of this UTC day read 240 windows and all customers yet?"""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return not PipelineRun.objects.filter(
        whole_day=True, status=RunStatus.SUCCEEDED, created_at__gte=midnight
    ).exists()
