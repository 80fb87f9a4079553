"""Marks of what is still to be computed. Every step that changes something marks, in the same
transaction, what depends on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from numpy.typing import NDArray

from config.models import ScoringProfile
from jobs import bulk, locks
from jobs.clock import from_hour, spread, to_hour
from jobs.models import OwedScore, Window
from jobs.row_keys import split_key
from sentiment_api.models import SyncJob

CHANGES_PER_STATEMENT = 300


def standing_hours() -> int:
    """For how many hours a score counts as standing."""
    return ScoringProfile.active().max_age_hours


def mark_windows(hours: NDArray[np.int64], reach: int) -> None:
    """Segments and totals are owed by the covered windows from each given hour up to `reach`
    hours later."""
    for part in spread(hours, reach):
        start, end = from_hour(part.start), from_hour(part.stop)
        lock_windows(start, end)
        Window.objects.filter(window_start__gte=start, window_start__lt=end).update(
            segments_owed=True, totals_owed=True
        )


def lock_windows(start: datetime, end: datetime | None = None) -> None:
    """Keep the windows of a range for this transaction.

    Always in one order, so that two writers never wait for each other in turn, and before a mark
    is set, so that one that is just being cleared is set again.
    """
    locks.mark_windows()
    windows = Window.objects.filter(window_start__gte=start)
    if end is not None:
        windows = windows.filter(window_start__lt=end)
    list(windows.order_by("window_start").select_for_update().values_list("pk"))


def mark_scores(keys: NDArray[np.int64]) -> None:
    """The scores with these keys, each given once, are owed."""
    if len(keys):
        _mark(*bulk.each(keys))


def mark_dependent_scores(changed: NDArray[np.int64], unchanged: NDArray[np.int64]) -> None:
    """The counts with these keys have changed: mark the scores of later windows that rest on
    them. `unchanged` are the other current rows among the windows at hand. Call it when the old
    rows are superseded."""
    newest = Window.objects.aggregate(newest=Max("window_start"))["newest"]
    reach, windows = ScoringProfile.reach_of_all(), ScoringProfile.windows_behind_of_all()
    if newest is None or not windows:
        return
    customer, hour = split_key(_last_of_each_run(changed, unchanged))
    early = hour < to_hour(newest)
    _mark_after(customer[early].tolist(), hour[early].tolist(), reach, windows)


def _last_of_each_run(
    changed: NDArray[np.int64], unchanged: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Of changed rows of a customer that follow each other the last: what rests on an earlier
    one and lies behind them all rests on the last as well."""
    changed = np.sort(changed)
    place = np.searchsorted(np.sort(unchanged), changed)
    customer, _ = split_key(changed)
    followed = (customer[1:] == customer[:-1]) & (place[1:] == place[:-1])
    return np.asarray(changed[np.r_[~followed, True][: len(changed)]])


def _mark_after(customers: list[int], hours: list[int], reach: int, windows: int) -> None:
    """Mark, behind each hour of a customer, as many of its windows with reports."""
    starts = bulk.hour_values(hours)
    ends = bulk.hour_values([hour + reach for hour in hours])
    counts = bulk.table(SyncJob)
    for at in range(0, len(customers), CHANGES_PER_STATEMENT):
        part = slice(at, at + CHANGES_PER_STATEMENT)
        spans = list(zip(customers[part], starts[part], ends[part], strict=True))
        values = ", ".join(["(%s, %s, %s)"] * len(spans))
        _mark(
            f"""
            SELECT {bulk.row_key("customer_id", "window_start")} FROM (
                SELECT column1 AS customer, column2 AS first, column3 AS last
                FROM (VALUES {values}) AS given
            ) AS span
            JOIN {counts} ON superseded_at IS NULL AND customer_id = span.customer
                AND window_start > span.first AND window_start < span.last
                AND window_start <= coalesce((
                    SELECT h.window_start FROM {counts} AS h
                    WHERE h.customer_id = span.customer AND h.superseded_at IS NULL
                        AND h.window_start > span.first AND h.fn_count + h.fp_count > 0
                    ORDER BY h.window_start LIMIT 1 OFFSET {windows - 1:d}), span.last)
            GROUP BY 1""",  # noqa: S608
            [value for span in spans for value in span],
        )


def mark_all_scores(hours: range, customers: Sequence[int] | None = None) -> None:
    """All scores of a range (of these customers, by local key) are owed again."""
    sql = (
        f"SELECT {bulk.row_key('customer_id', 'window_start')} FROM {bulk.table(SyncJob)} "  # noqa: S608
        "WHERE superseded_at IS NULL AND window_start >= %s AND window_start < %s"
    )
    params = bulk.hour_values([hours.start, hours.stop])
    if customers is not None:
        condition, more = bulk.any_of("customer_id", customers)
        sql, params = f"{sql} AND {condition}", params + more
    _mark(sql, params)


def _mark(keys: str, params: Sequence[Any]) -> None:
    """Mark what a query finds, each key once.

    A mark that is there is written again: doing nothing would not wait for another transaction
    that has computed the score and is about to clear it.
    """
    bulk.execute(
        f"INSERT INTO {bulk.table(OwedScore)} (key) SELECT * FROM ({keys}) AS found "  # noqa: S608
        "WHERE TRUE ON CONFLICT (key) DO UPDATE SET key = excluded.key",
        params,
    )


def mark_windows_since(instant: datetime) -> None:
    """Every covered window that ends after the instant owes its aggregates."""
    lock_windows(instant - timedelta(hours=1))
    Window.objects.filter(window_end__gt=instant).update(segments_owed=True, totals_owed=True)


def wait_for_others(rows: QuerySet[Any]) -> None:
    """Wait until the first of these marked rows is free, or none of them is left.

    Call it when others have all of them at hand. Those clear the marks they came for, or none if
    they die, and may not look again for one that was set meanwhile. Rising order and no other
    lock: so nobody waits in a circle.
    """
    if not bulk.is_sqlite():
        with transaction.atomic():
            rows.select_for_update(no_key=True).first()


def owed_scores() -> int:
    """How many scores are owed."""
    return OwedScore.objects.count()


def reached_by(hours: range) -> range:
    """The windows in which a change of counts in these can change a score."""
    return range(hours.start, hours.stop + ScoringProfile.reach_of_all())


def scores_are_owed(hours: range) -> bool:
    """Is a score owed in any of these windows?"""
    return OwedScore.objects.within(hours).exists()


def aggregates_are_owed(hours: range) -> bool:
    """Does any of these windows owe segments or totals?"""
    start, end = from_hour(hours.start), from_hour(hours.stop)
    rows = Window.objects.filter(Q(segments_owed=True) | Q(totals_owed=True))
    return rows.filter(window_start__gte=start, window_start__lt=end).exists()
