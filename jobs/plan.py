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
from jobs.models import PipelineRun, Reprocess, RunPart, RunStatus, Trigger, Window, Work
from sentiment_api.models.revision import EpochHour

REREAD_HOURS = 24
DAILY_REREAD_HOURS = 240
CUT_SHORT = (RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.LOST)
SLICE_HOURS = 240
"""How many windows pass all four steps before the next ones are read."""


@dataclass(frozen=True)
class Plan:
    """What a run is going to read: slices of consecutive windows, rising. All scores of a slice are
    computed again with `recompute`, or when its windows are among `again`."""

    slices: list[range]
    everyone: bool = False
    customer_ids: Sequence[int] | None = None
    recompute: bool = False
    again: frozenset[int] = frozenset()

    def recomputes(self, hours: range) -> bool:
        """Are all scores of this slice computed again, or those alone whose counts differ?"""
        return self.recompute or not self.again.isdisjoint(hours)

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
        first = max(end - settings.INITIAL_HISTORY_HOURS, 0)
        return Plan(list(slices(range(first, end), SLICE_HOURS)), everyone=True)
    earliest = to_hour(first_covered)
    gaps = uncovered(range(max(end - settings.CATCH_UP_HOURS, earliest), end))
    again = range(max(end - (DAILY_REREAD_HOURS if whole_day else REREAD_HOURS), earliest), end)
    hours = np.union1d(gaps, np.arange(again.start, again.stop))
    return Plan(list(slices(hours.tolist(), SLICE_HOURS)), everyone=whole_day)


def plan_backfill(run: PipelineRun, now: datetime) -> Plan:
    """A backfill: the windows of its range that `reprocess` names."""
    hours = hours_of(run)
    asked = range(hours.start, min(hours.stop, to_hour(now)))
    if run.customer_ids:
        chosen = np.setdiff1d(np.arange(asked.start, asked.stop), uncovered(asked))
    elif run.reprocess == Reprocess.ALL:
        chosen = np.arange(asked.start, asked.stop)
    else:
        chosen = uncovered(asked)
        if run.reprocess == Reprocess.FAILED:
            chosen = np.union1d(chosen, failed(asked, besides=run))
    again = _again(run, asked)
    parts = [
        part
        for hours in (np.intersect1d(chosen, again), np.setdiff1d(chosen, again))
        for part in slices(hours.tolist(), SLICE_HOURS)
    ]
    return part_of_backfill(run, sorted(parts, key=lambda part: part.start))


def hours_of(ranged: PipelineRun | RunPart) -> range:
    """The windows of a backfill, or of a part of it."""
    if ranged.range_start is None or ranged.range_end is None:
        raise ValueError(f"{ranged} has no range")
    return range(to_hour(ranged.range_start), to_hour(ranged.range_end))


def part_of_backfill(run: PipelineRun, parts: list[range]) -> Plan:
    """Some windows of a backfill, read as it asks for."""
    # Without windows it is about the customers of the whole backfill.
    span = range(parts[0].start, parts[-1].stop) if parts else hours_of(run)
    again = frozenset(_again(run, span).tolist())
    everything = run.reprocess == Reprocess.ALL or bool(again)
    return Plan(
        slices=parts,
        everyone=everything and not run.customer_ids,
        customer_ids=run.customer_ids or None,
        recompute=run.reprocess == Reprocess.ALL or bool(run.customer_ids),
        again=again,
    )


def _again(run: PipelineRun, hours: range) -> NDArray[np.int64]:
    """The windows that a backfill takes over from one that was to compute everything again."""
    if run.reprocess != Reprocess.FAILED or run.customer_ids:
        return np.empty(0, dtype=np.int64)
    return _left_open(hours, besides=run)[1]


def uncovered(hours: range) -> NDArray[np.int64]:
    """The windows of a range that were never read, rising."""
    covered = Window.objects.filter(
        window_start__gte=from_hour(hours.start), window_start__lt=from_hour(hours.stop)
    ).values_list(EpochHour("window_start"), flat=True)
    return np.setdiff1d(np.arange(hours.start, hours.stop), np.fromiter(covered, dtype=np.int64))


def failed(hours: range, besides: PipelineRun | None = None) -> NDArray[np.int64]:
    """The covered windows of a range that a run (but not `besides`) was to read, or to compute
    again, and did not bring to an end, and no later one did. `besides` is a backfill that takes
    them over, also from one that seems to be at work still."""
    return np.union1d(*_left_open(hours, besides))


def _left_open(
    hours: range, besides: PipelineRun | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Windows that are still to be read, and those that are still to be computed again: reading
    them once more, as hourly runs do, is not enough for these."""
    windows = _Windows.of(hours)
    unread, again = (np.zeros(len(windows.hour), dtype=bool) for _ in range(2))
    runs = PipelineRun.objects.filter(
        range_start__lt=from_hour(hours.stop), range_end__gt=from_hour(hours.start), customer_ids=[]
    )
    if besides is not None:
        runs = runs.exclude(pk=besides.pk)
    # In the order in which they began: one that waited for long did its work after others.
    for run in runs.exclude(started_at=None).order_by("started_at", "run_id").iterator():
        if run.range_start is None or run.range_end is None or run.started_at is None:
            continue
        begin, end = run.started_at.timestamp(), to_hour(run.range_end)
        inside = (windows.hour >= to_hour(run.range_start)) & (windows.hour < end)
        read = windows.read >= begin
        repairs = run.trigger == Trigger.BACKFILL and run.reprocess != Reprocess.NONE
        if run.state == RunStatus.SUCCEEDED:
            unread[inside & read] = False
            if repairs:
                again[inside & read] = False
        elif run.state in CUT_SHORT or (besides is not None and _may_be_dead(run)):
            # It was to read no window that was not over when it began. What was open before is open
            # anyway: `failed` adds what it was first to read.
            inside &= windows.hour < to_hour(run.started_at)
            meant = inside & ((windows.covered >= begin) | (windows.hour >= _reread_from(run, end)))
            unread[meant & ~(read & ~windows.owing)] = True
            if repairs and run.reprocess == Reprocess.ALL:
                again[inside & ~np.isin(windows.hour, _read_by(run))] = True
    return windows.hour[unread], windows.hour[again]


def _may_be_dead(run: PipelineRun) -> bool:
    """A backfill that was killed a moment ago looks like one at work. If it lives after all, both
    do the same, with the same rows in the end."""
    return run.trigger == Trigger.BACKFILL and run.state == RunStatus.RUNNING


def _reread_from(run: PipelineRun, end: int) -> int:
    """From which window of its range on a run was to read also what was covered before."""
    if run.trigger == Trigger.BACKFILL:
        return 0 if run.reprocess == Reprocess.ALL else end
    return end - (DAILY_REREAD_HOURS if run.whole_day else REREAD_HOURS)


def _read_by(run: PipelineRun) -> NDArray[np.int64]:
    """The windows that a backfill of everything had read when it ended: those of the parts that
    were done, or, where there are none, the first ones."""
    parts = run.parts.filter(work=Work.COUNTS).exclude(done_at=None)
    done = [np.array(hours_of(part)) for part in parts]
    if not done:
        first = hours_of(run).start
        return np.arange(first, first + run.windows_done)
    return np.concatenate(done)


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
