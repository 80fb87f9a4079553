"""What scores rest on: the counts of their windows and of those that they look back at."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.models import ScoringProfile
from jobs import bulk
from jobs.range_scores import Counts
from sentiment_api.models import Customer, SyncJob


def depth(profile: ScoringProfile) -> int:
    """How many windows with reports a score can rest on: its own, those of its history, and with
    the trend those of the base before."""
    return profile.history_windows * (2 if profile.trend_adjusted else 1)


def read_histories(spans: str, params: Sequence[Any], *profiles: ScoringProfile) -> Counts:
    """The counts that scores by these profiles rest on, by customer and window. `spans` is a query
    for `customer_id`, `first` and `last`: each customer's are read from its last window back to
    as far as the history of the first one can reach."""
    counts = bulk.table(SyncJob)
    earliest = bulk.hours_before("span.first", max(one.reach_hours for one in profiles))
    gathered = ", ".join(
        map(bulk.gathered, (bulk.epoch_hour("c.window_start"), "c.fn_count", "c.fp_count"))
    )
    rows = bulk.fetch(
        f"""
        WITH span AS MATERIALIZED ({spans}), due AS MATERIALIZED (
            SELECT customer_id, last, {earliest} AS earliest, (
                SELECT h.window_start FROM {counts} AS h
                WHERE h.customer_id = span.customer_id AND h.superseded_at IS NULL
                    AND h.window_start <= span.first AND h.fn_count + h.fp_count > 0
                ORDER BY h.window_start DESC LIMIT 1 OFFSET %s) AS deepest
            FROM span
        )
        SELECT c.customer_id, count(*), {gathered}
        FROM due
        JOIN {counts} AS c ON c.customer_id = due.customer_id AND c.superseded_at IS NULL
            AND c.window_start <= due.last AND c.window_start > due.earliest
            AND c.window_start >= coalesce(due.deepest, due.earliest)
        WHERE c.fn_count + c.fp_count > 0
        GROUP BY c.customer_id""",  # noqa: S608
        [*params, max(map(depth, profiles)) - 1],
    )
    customer, (hour, fn, fp) = _spread(rows)
    order = np.lexsort((hour, customer))
    return Counts(customer[order], hour[order], fn[order], fp[order])


def _spread(rows: list[tuple[Any, ...]]) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Rows of a group, how many numbers it has, and those of three columns, gathered: the group
    of each number, and the columns."""
    group, sizes, *texts = zip(*rows, strict=True) if rows else ((),) * 5
    return np.repeat(np.array(group, dtype=np.int64), sizes), [*map(bulk.numbers, texts)]


def read_range(hours: range, *profiles: ScoringProfile) -> Counts:
    """The counts that all scores in a range rest on, by these profiles; also those of windows whose
    scores are still owed."""
    first, last, end = bulk.hour_values([hours.start, hours.start - 1, hours.stop])
    spans = f"""
        SELECT id AS customer_id, %s AS first, %s AS last FROM {bulk.table(Customer)}
        WHERE last_window_start >= %s"""  # noqa: S608
    before = read_histories(spans, [last, last, first], *profiles)
    within = _read_windows([first, end])
    customer = np.r_[before.customer, within.customer]
    order = np.argsort(customer, kind="stable")
    return Counts(
        customer[order],
        np.r_[before.hour, within.hour][order],
        np.r_[before.fn, within.fn][order],
        np.r_[before.fp, within.fp][order],
    )


def _read_windows(span: Sequence[Any]) -> Counts:
    """The counts of the windows in a span, window by window."""
    gathered = ", ".join(map(bulk.gathered, ("customer_id", "fn_count", "fp_count")))
    rows = bulk.fetch(
        f"""
        SELECT {bulk.epoch_hour("window_start")}, count(*), {gathered} FROM {bulk.table(SyncJob)}
        WHERE superseded_at IS NULL AND window_start >= %s AND window_start < %s
            AND fn_count + fp_count > 0
        GROUP BY window_start ORDER BY window_start""",  # noqa: S608
        span,
    )
    hour, (customer, fn, fp) = _spread(rows)
    return Counts(customer, hour, fn, fp)
