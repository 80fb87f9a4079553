"""Steps 3 and 4, `analyze_segments` and `calculate_overall_metrics`: means over customers.

Both are the same arithmetic over scores; one groups by industry, the other does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from numpy.typing import NDArray

from jobs import bulk, owed
from jobs.clock import from_hour
from jobs.ledger import Ledger, StepResult
from jobs.models import Window
from jobs.range_aggregates import Aggregates, ScoreRows, aggregate
from jobs.revisions import Stored, compare
from jobs.row_keys import row_key
from jobs.steps.standing import Scores, SharedScores
from sentiment_api import version
from sentiment_api.identifiers import time_ordered_keys
from sentiment_api.models import OverallSentiment, SegmentSentiment
from sentiment_api.models.aggregate import Aggregate
from sentiment_api.models.revision import EpochHour

LONGEST_CHUNK = 240
REPORTS_PER_CHUNK = 1_000_000
"""A window has no more scores than reports: so many scores are in memory at once, besides the
one that each customer had before. A single window may have more."""
CELLS_AT_ONCE = 2_000_000
"""Customers times windows."""


@dataclass(frozen=True)
class _Level:
    """A kind of aggregate: its table, the mark that asks for it, what it groups by."""

    model: type[Aggregate]
    mark: str
    by_industry: bool


SEGMENTS = _Level(SegmentSentiment, "segments_owed", by_industry=True)
OVERALL = _Level(OverallSentiment, "totals_owed", by_industry=False)


def analyze_segments(ledger: Ledger, shared: SharedScores) -> bool:
    """Compute the rows of one chunk of windows that owe segments. Is there more to do?"""
    return _compute_owed(SEGMENTS, ledger, shared)


def calculate_overall_metrics(ledger: Ledger, shared: SharedScores) -> bool:
    """Compute the rows of one chunk of windows that owe totals. Is there more to do?"""
    return _compute_owed(OVERALL, ledger, shared)


def _compute_owed(level: _Level, ledger: Ledger, shared: SharedScores) -> bool:
    rows = Window.objects.filter(**{level.mark: True}).order_by("window_start")
    if not _compute_chunk((level,), LONGEST_CHUNK, ledger, shared):
        owed.wait_for_others(rows)
    return rows.exists()


def aggregate_chunk(ledger: Ledger, longest: int) -> bool:
    """Compute segments and totals of some windows that owe any and that nobody else has at hand;
    False when there are none."""
    return _compute_chunk((SEGMENTS, OVERALL), longest, ledger, SharedScores())


def _compute_chunk(
    levels: Sequence[_Level], longest: int, ledger: Ledger, shared: SharedScores
) -> bool:
    with transaction.atomic():
        due = _take_owed(levels, longest)
        if not len(due):
            return False
        standing_hours = owed.standing_hours()
        rows = shared.read(due, standing_hours)
        written = sum(_compute(level, due, rows, standing_hours, ledger) for level in levels)
        Window.objects.filter(window_start__in=[from_hour(hour) for hour in due.tolist()]).update(
            **{level.mark: False for level in levels}
        )
        version.bump()
        shared.keep(due, standing_hours)
    ledger.progress(StepResult(written=written))
    return True


def _compute(
    level: _Level,
    due: NDArray[np.int64],
    rows: Scores,
    standing_hours: int,
    ledger: Ledger,
) -> int:
    """Bring the rows of one level right; how many were written."""
    scores, industries = _score_rows(level, rows)
    width = max(1, CELLS_AT_ONCE // max(scores.customers, 1))
    wanted = Aggregates.together(
        aggregate(scores, due[at : at + width], standing_hours, keep_empty=not level.by_industry)
        for at in range(0, len(due), width)
    )
    return _write(level, due, industries, wanted, ledger)


def _take_owed(levels: Sequence[_Level], longest: int) -> NDArray[np.int64]:
    """Owing windows from the newest back, within a span of `longest` hours and of as many reports
    as there is memory for; rising. The newest first, because people wait for them while a long
    backfill is at work."""
    rows = (
        Window.objects.filter(reduce(or_, (Q(**{level.mark: True}) for level in levels)))
        .order_by("-window_start")
        .select_for_update(skip_locked=True)
        .values_list(EpochHour("window_start"), flat=True)[:longest]
    )
    hours = np.fromiter(rows, dtype=np.int64)[::-1]
    if len(hours) < 2:
        return hours
    return hours[hours >= _earliest(range(int(hours[-1]) + 1 - longest, int(hours[-1])))]


def _earliest(before: range) -> int:
    """How far back a span may reach, from the window that follows these, which it has anyway."""
    newer = Window.objects.filter(
        window_start__gte=from_hour(before.start), window_start__lte=from_hour(before.stop)
    )
    earliest, reports = before.stop, 0
    for hour, more in newer.order_by("-window_start").values_list(
        EpochHour("window_start"), "reports"
    ):
        reports += more
        if hour < before.stop and reports > REPORTS_PER_CHUNK:
            break
        earliest = hour
    return earliest


def _score_rows(level: _Level, rows: Scores) -> tuple[ScoreRows, list[str]]:
    """Scores with the groups of a level, and the names of the groups."""
    columns = dict(rows.columns)
    low, high = columns.pop("low"), columns.pop("high")
    group = rows.industry if level.by_industry else np.zeros(len(low), dtype=np.int64)
    names = rows.names if level.by_industry else []
    return ScoreRows(**columns, group=group, half=(high - low) / 2), names


def _write(
    level: _Level, due: NDArray[np.int64], names: list[str], wanted: Aggregates, ledger: Ledger
) -> int:
    """Write what differs from the stored rows of these windows; how many rows."""
    number = {name: place for place, name in enumerate(names)}
    stored = _stored(level, due, number, wanted)
    difference = compare(row_key(wanted.group, wanted.hour), wanted.columns, stored)
    now = bulk.instant(timezone.now())
    group, hour = (column[difference.changed].tolist() for column in (wanted.group, wanted.hour))
    bulk.supersede(level.model, difference.ended, now)
    values: dict[str, Any] = {
        "job_id": time_ordered_keys(len(hour)),
        "window_start": bulk.hour_values(hour),
        "window_end": bulk.hour_values(hour, later=1),
        **{
            name: bulk.nullable(column[difference.changed])
            for name, column in wanted.columns.items()
        },
        "run_id": ledger.run.run_id.hex,
        "revision": difference.revision.tolist(),
        "created_at": now,
    }
    if level.by_industry:
        values["industry"] = [names[place] for place in group]
    return bulk.insert(level.model, len(hour), values) + len(difference.vanished)


def _stored(
    level: _Level, due: NDArray[np.int64], number: dict[str, int], wanted: Aggregates
) -> Stored:
    """The current rows of these windows. An industry without a number is not there any more."""
    types = {name: column.dtype for name, column in wanted.columns.items()}
    rows = bulk.read(
        f"""
        SELECT {bulk.epoch_hour("window_start")}, {"industry" if level.by_industry else "''"},
            job_id, revision, {", ".join(types)}
        FROM {bulk.table(level.model)}
        WHERE superseded_at IS NULL AND window_start >= %s AND window_start < %s""",  # noqa: S608
        bulk.hour_values([int(due[0]), int(due[-1]) + 1]),
        {"hour": "i8", "industry": "O", "job_id": "O", "revision": "i8"} | types,
    )
    rows = rows[np.isin(rows["hour"], due)]
    for name in rows["industry"]:
        number.setdefault(name, len(number))
    group = [number[name] if level.by_industry else 0 for name in rows["industry"]]
    return Stored.of(row_key(np.array(group, dtype=np.int64), rows["hour"]), rows, types)
