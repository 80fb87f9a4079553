"""Marks of what is still to be computed. Every step that changes something marks, in the same
transaction, what depends on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from config.models import ScoringProfile
from jobs import bulk
from jobs.clock import from_hour, spread
from jobs.models import Window
from sentiment_api.models import SyncJob
from sentiment_api.models.revision import EpochHour

CUSTOMERS_PER_STATEMENT = 300


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
    windows = Window.objects.filter(window_start__gte=start)
    if end is not None:
        windows = windows.filter(window_start__lt=end)
    list(windows.order_by("window_start").select_for_update().values_list("pk"))


def mark_dependent_scores(customer: NDArray[np.int64], hour: NDArray[np.int64]) -> None:
    """The counts of these customers (local keys) and windows have changed: mark the scores of
    later windows that rest on them. Call it before new rows are inserted."""
    newest = (
        SyncJob.objects.current()
        .order_by("-window_start")
        .values_list(EpochHour("window_start"), flat=True)
        .first()
    )
    if newest is None:
        return
    early = hour < newest
    reach = ScoringProfile.reach_of_all()
    _mark_after(*_spans(customer[early], hour[early]), reach)


def _spans(
    customer: NDArray[np.int64], hour: NDArray[np.int64]
) -> tuple[list[int], list[int], list[int]]:
    """Each customer once, with its first and last hour."""
    order = np.lexsort((hour, customer))
    customer, hour = customer[order], hour[order]
    first = np.flatnonzero(np.r_[True, customer[1:] != customer[:-1]][: len(customer)])
    last = np.r_[first[1:] - 1, len(customer) - 1][: len(first)]
    return customer[first].tolist(), hour[first].tolist(), hour[last].tolist()


def _mark_after(
    customers: Sequence[int], first: Sequence[int], last: Sequence[int], reach: int
) -> None:
    starts = bulk.hour_values(first)
    ends = bulk.hour_values([hour + reach for hour in last])
    true = "1" if bulk.is_sqlite() else "TRUE"
    for at in range(0, len(customers), CUSTOMERS_PER_STATEMENT):
        part = slice(at, at + CUSTOMERS_PER_STATEMENT)
        spans = list(zip(customers[part], starts[part], ends[part], strict=True))
        values = ", ".join(["(%s, %s, %s)"] * len(spans))
        bulk.execute(
            f"UPDATE {bulk.table(SyncJob)} SET score_owed = {true} "  # noqa: S608
            "FROM (SELECT column1 AS customer, column2 AS first, column3 AS last "
            f"FROM (VALUES {values}) AS given) AS span "
            "WHERE superseded_at IS NULL AND customer_id = span.customer "
            "AND window_start > span.first AND window_start < span.last",
            [value for span in spans for value in span],
        )


def mark_scores(hours: range, customers: Sequence[int] | None = None) -> None:
    """All scores of a range (of these customers, by local key) are owed again."""
    start, end = from_hour(hours.start), from_hour(hours.stop)
    rows = SyncJob.objects.current().filter(window_start__gte=start, window_start__lt=end)
    if customers is not None:
        rows = rows.filter(customer_id__in=customers)
    rows.update(score_owed=True)


def mark_windows_since(instant: datetime) -> None:
    """Every covered window that ends after the instant owes its aggregates."""
    lock_windows(instant - timedelta(hours=1))
    Window.objects.filter(window_end__gt=instant).update(segments_owed=True, totals_owed=True)


def owed_scores() -> int:
    """How many scores are owed."""
    return SyncJob.objects.current().filter(score_owed=True).count()
