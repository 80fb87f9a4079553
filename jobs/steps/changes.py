"""The end of step 2: customers carry how their reports of late differ from those before.

What they carry is a pure function of the current counts, the newest covered window and the active
profile. So nothing is marked as owed: each run of the step brings it right.
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max
from numpy.typing import NDArray

from config.models import ScoringProfile
from jobs import bulk
from jobs.change import (
    RECENT_HOURS,
    Compared,
    WindowSums,
    before_hours,
    dispersion_of,
    of_customers,
)
from jobs.models import Window
from jobs.revisions import equal
from sentiment_api import version
from sentiment_api.models import ComparedSpan, Customer, SyncJob

COUNTS = ("recent_fn", "recent_fp", "before_fn", "before_fp")
MEASURES = ("dispersion", "change", "change_low", "change_high")
CARRIED: dict[str, Any] = dict.fromkeys(COUNTS, "i8") | dict.fromkeys(MEASURES, "f8")
SUMS = ("windows", "fn", "reports", "fn_squared", "fn_times_reports", "reports_squared")


def carry_changes() -> None:
    """Write what the customers should carry, where it differs from what they do."""
    with transaction.atomic():
        before = _lock_span()
        span = _span(ScoringProfile.active())
        counted = _counted(span)
        stored = _stored()
        wanted = _wanted(stored["id"], counted, span)
        same = [equal(wanted[name], stored[name]) for name in CARRIED]
        different = ~np.logical_and.reduce(same)
        _write(stored["id"][different], {name: wanted[name][different] for name in CARRIED})
        moved = _values(span) != _values(before)
        if moved:
            span.save(force_update=True)
        if moved or different.any():
            version.bump()


def _lock_span() -> ComparedSpan:
    """The span as it is stored. Its lock comes first: whoever compares later reads later."""
    ComparedSpan.objects.bulk_create([ComparedSpan(pk=1)], ignore_conflicts=True)
    return ComparedSpan.objects.select_for_update().get()


def _span(profile: ScoringProfile) -> ComparedSpan:
    """The newest 24 windows and those before them, by what is covered now."""
    end: datetime | None = Window.objects.aggregate(end=Max("window_end"))["end"]
    if end is None:
        return ComparedSpan(pk=1)
    middle = end - timedelta(hours=RECENT_HOURS)
    start = middle - timedelta(hours=before_hours(profile.max_age_hours))
    slope = profile.fp_weight - profile.fn_weight
    return ComparedSpan(pk=1, before_start=start, recent_start=middle, recent_end=end, slope=slope)


def _values(span: ComparedSpan) -> tuple[Any, ...]:
    return span.before_start, span.recent_start, span.recent_end, span.slope


def _stored() -> NDArray[np.void]:
    """What the customers carry, by rising key."""
    return bulk.read(
        f"SELECT id, {', '.join(CARRIED)} FROM {bulk.table(Customer)} ORDER BY id",  # noqa: S608
        [],
        {"id": "i8"} | CARRIED,
    )


def _wanted(
    customers: NDArray[np.int64], counted: NDArray[np.void], span: ComparedSpan
) -> dict[str, NDArray[Any]]:
    """What these customers should carry. Those that were counted are among them."""
    place = np.searchsorted(customers, counted["customer"])

    def spread(name: str) -> NDArray[np.float64]:
        column = np.zeros(len(customers))
        column[place] = counted[name]
        return column

    dispersion = dispersion_of(WindowSums(*map(spread, SUMS)))
    compared = Compared(*[*map(spread, COUNTS), dispersion])
    found = of_customers(compared, span.slope)
    return {
        **{name: getattr(compared, name).astype(np.int64) for name in COUNTS},
        "dispersion": dispersion,
        "change": found.difference,
        "change_low": found.low,
        "change_high": found.high,
    }


def _counted(span: ComparedSpan) -> NDArray[np.void]:
    """The sums of each customer's counts in the span. Read before the customers, so that none of
    these is unknown among those."""
    types: dict[str, Any] = {"customer": "i8"} | dict.fromkeys((*COUNTS, *SUMS), "f8")
    if span.recent_end is None:
        return np.empty(0, dtype=np.dtype(list(types.items())))
    start, middle, end = map(bulk.instant, (span.before_start, span.recent_start, span.recent_end))
    return bulk.read(
        f"""
        SELECT customer_id,
            sum(CASE WHEN window_start >= %s THEN fn ELSE 0 END),
            sum(CASE WHEN window_start >= %s THEN fp ELSE 0 END),
            sum(CASE WHEN window_start < %s THEN fn ELSE 0 END),
            sum(CASE WHEN window_start < %s THEN fp ELSE 0 END),
            count(*), sum(fn), sum(fn + fp),
            sum(fn * fn), sum(fn * (fn + fp)), sum((fn + fp) * (fn + fp))
        FROM (
            SELECT customer_id, window_start,
                CAST(fn_count AS double precision) AS fn, CAST(fp_count AS double precision) AS fp
            FROM {bulk.table(SyncJob)}
            WHERE superseded_at IS NULL AND window_start >= %s AND window_start < %s
                AND fn_count + fp_count > 0
        ) AS counts
        GROUP BY customer_id ORDER BY customer_id""",  # noqa: S608
        [middle, middle, middle, middle, start, end],
        types,
    )


def _write(customers: NDArray[np.int64], columns: dict[str, NDArray[Any]]) -> None:
    if not len(customers):
        return
    condition, params = bulk.any_of("id", customers.tolist())
    bulk.fetch(
        f"SELECT id FROM {bulk.table(Customer)} WHERE {condition} "  # noqa: S608
        f"ORDER BY id {bulk.for_update()}",
        params,
    )
    bulk.update(Customer, customers, columns)
