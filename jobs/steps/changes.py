"""The end of step 2: customers carry how their reports of late differ from those before.

What they carry is a pure function of the current counts, the newest covered window and the active
profile. So nothing is marked as owed: each run of the step brings it right, if any data have
changed since.
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
    Floats,
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
CUSTOMERS_PER_STATEMENT = 50_000
SUMS = ("windows", "fn", "fp", "fn_fn", "fn_fp", "fp_fp")


def carry_changes() -> None:
    """Write what the customers should carry, where it differs from what they do."""
    with transaction.atomic():
        before = _lock_span()
        found_at = version.current_version()
        span = _span(ScoringProfile.active())
        moved = _values(span) != _values(before)
        if before.data_version == found_at and not moved:
            return
        if _carry(span) or moved:
            version.bump()
            now = version.current_version()
            # Somebody else's change in between may not have been counted.
            found_at = now if now == found_at + 1 else found_at
        span.data_version = found_at
        span.save(force_update=True)


def _carry(span: ComparedSpan) -> int:
    """Write what customers should carry for this span; how many differed."""
    recent = _counted(span.recent_start, span.recent_end)
    earlier = _counted(span.before_start, span.recent_start)
    stored = _stored()
    wanted = _wanted(_placed(recent, stored["id"]), _placed(earlier, stored["id"]), span.slope)
    same = [equal(wanted[name], stored[name]) for name in CARRIED]
    different = ~np.logical_and.reduce(same)
    _write(stored["id"][different], {name: wanted[name][different] for name in CARRIED})
    return int(different.sum())


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


def _counted(start: datetime | None, end: datetime | None) -> NDArray[np.void]:
    """The sums over the windows of a period of each customer with reports in it. Read before the
    customers, so that none of these is unknown among those. (SQLite takes a CROSS JOIN in its
    order: customer by customer nothing has to be sorted, and rows are where they were written.)"""
    fn, fp = "fn_count", "fp_count"
    # The squares of large counts are no integers of PostgreSQL.
    wide_fn, wide_fp = (fn, fp) if bulk.is_sqlite() else (f"{fn}::float8", f"{fp}::float8")
    return bulk.read(
        f"""
        SELECT c.id, count(*), sum({fn}), sum({fp}),
            sum({wide_fn} * {fn}), sum({wide_fn} * {fp}), sum({wide_fp} * {fp})
        FROM {bulk.table(Customer)} AS c CROSS JOIN {bulk.table(SyncJob)} AS s
        WHERE s.customer_id = c.id AND s.superseded_at IS NULL
            AND s.window_start >= %s AND s.window_start < %s AND fn_count + fp_count > 0
        GROUP BY c.id""",  # noqa: S608
        [bulk.instant(start), bulk.instant(end)],
        {"customer": "i8"} | dict.fromkeys(SUMS, "f8"),
    )


def _placed(counted: NDArray[np.void], customers: NDArray[np.int64]) -> dict[str, Floats]:
    """The columns of sums, a place for each of these customers (rising)."""
    place = np.searchsorted(customers, counted["customer"])
    columns = {name: np.zeros(len(customers)) for name in SUMS}
    for name, column in columns.items():
        column[place] = counted[name]
    return columns


def _wanted(
    recent: dict[str, Floats], before: dict[str, Floats], slope: float
) -> dict[str, NDArray[Any]]:
    """What customers with these sums should carry."""
    dispersion = dispersion_of(WindowSums(*(recent[name] + before[name] for name in SUMS)))
    compared = Compared(recent["fn"], recent["fp"], before["fn"], before["fp"], dispersion)
    found = of_customers(compared, slope)
    return {
        **{name: getattr(compared, name).astype(np.int64) for name in COUNTS},
        "dispersion": dispersion,
        "change": found.difference,
        "change_low": found.low,
        "change_high": found.high,
    }


def _write(customers: NDArray[np.int64], columns: dict[str, NDArray[Any]]) -> None:
    for at in range(0, len(customers), CUSTOMERS_PER_STATEMENT):
        part = slice(at, at + CUSTOMERS_PER_STATEMENT)
        condition, params = bulk.any_of("id", customers[part].tolist())
        bulk.fetch(
            f"SELECT id FROM {bulk.table(Customer)} WHERE {condition} "  # noqa: S608
            f"ORDER BY id {bulk.for_update()}",
            params,
        )
        bulk.update(
            Customer, customers[part], {name: column[part] for name, column in columns.items()}
        )
