"""What scores rest on: the counts of their windows and of those that they look back at."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from config.models import ScoringProfile
from jobs import bulk
from jobs.range_scores import Counts
from sentiment_api.models import SyncJob


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
    rows = bulk.read(
        f"""
        WITH span AS MATERIALIZED ({spans}), due AS MATERIALIZED (
            SELECT customer_id, last, {earliest} AS earliest, (
                SELECT h.window_start FROM {counts} AS h
                WHERE h.customer_id = span.customer_id AND h.superseded_at IS NULL
                    AND h.window_start <= span.first AND h.fn_count + h.fp_count > 0
                ORDER BY h.window_start DESC LIMIT 1 OFFSET %s) AS deepest
            FROM span
        )
        SELECT c.customer_id, {bulk.epoch_hour("c.window_start")}, c.fn_count, c.fp_count
        FROM due
        JOIN {counts} AS c ON c.customer_id = due.customer_id AND c.superseded_at IS NULL
            AND c.window_start <= due.last AND c.window_start > due.earliest
            AND c.window_start >= coalesce(due.deepest, due.earliest)
        WHERE c.fn_count + c.fp_count > 0
        ORDER BY c.customer_id, c.window_start""",  # noqa: S608
        [*params, max(map(depth, profiles)) - 1],
        {"customer": "i8", "hour": "i8", "fn": "i8", "fp": "i8"},
    )
    return Counts(*(np.ascontiguousarray(rows[name]) for name in ("customer", "hour", "fn", "fp")))
