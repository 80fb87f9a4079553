"""What what-if needs to know of a range: seven queries, however much is in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db.models import F, Max, Q, Sum
from numpy.typing import NDArray

from config.models import ScoringProfile
from jobs import bulk
from jobs.clock import from_hour, to_hour
from jobs.histories import depth, read_range
from jobs.models import Window
from jobs.range_scores import Counts
from sentiment_api.models import Customer, OverallSentiment, SegmentSentiment, SentimentScore

MOST_SCORES = 2_000_000
"""Scores that are computed for one answer: some seconds, and some 250 MB."""


class TooManyScoresError(ValueError):
    """The answer would take too long, and too much memory."""


@dataclass(frozen=True)
class Newest:
    """Customers with a score in the range, by rising local key, and the newest score of each as
    it is stored. `baseline` is NaN where the score was not measured against one."""

    key: NDArray[np.int64]
    customer_id: NDArray[np.int64]
    company_name: NDArray[np.object_]
    industry: NDArray[np.object_]
    is_active: NDArray[np.bool_]
    hour: NDArray[np.int64]
    score: NDArray[np.float64]
    state: NDArray[np.object_]
    baseline: NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """A range of windows: its newest scores, the mean of all of its stored scores in each industry
    (as of scoring) and overall (None), and the counts that scores in it rest on."""

    hours: range
    newest: Newest
    means: Mapping[str | None, float]
    counts: Counts


def newest_hours(days: int) -> range:
    """The windows of so many days up to the newest covered one; none when none is covered."""
    newest = Window.objects.aggregate(newest=Max("window_start"))["newest"]
    end = to_hour(newest) + 1 if newest else 0
    return range(end - 24 * days if newest else 0, end)


def read(hours: range, *profiles: ScoringProfile) -> Known:
    """What is known of a range, with counts as far back as any of the profiles looks.

    Raises TooManyScoresError.
    """
    newest = _newest(hours)
    means, scores, before = _overall(hours, max(one.reach_hours for one in profiles))
    looked_back_at = min(before, len(newest.key) * max(map(depth, profiles)))
    _refuse_too_many(scores + looked_back_at, hours, len(newest.key))
    counts = _of_scored(read_range(hours, *profiles), newest)
    return Known(hours, newest, means | _segments(hours), counts)


def _newest(hours: range) -> Newest:
    rows = bulk.read(
        f"""
        SELECT c.id, c.customer_id, c.company_name, c.industry, c.inactive_since IS NULL,
            {bulk.epoch_hour("c.last_window_start")}, c.current_sentiment, c.current_state,
            s.baseline_score
        FROM {bulk.table(Customer)} AS c
        JOIN {bulk.table(SentimentScore)} AS s ON s.job_id = c.current_score_id
        WHERE c.last_window_start >= %s ORDER BY c.id""",  # noqa: S608
        bulk.hour_values([hours.start]),
        {
            "key": "i8",
            "customer_id": "i8",
            "company_name": "O",
            "industry": "O",
            "is_active": "?",
            "hour": "i8",
            "score": "f8",
            "state": "O",
            "baseline": "f8",
        },
    )
    return Newest(*(np.ascontiguousarray(rows[name]) for name in rows.dtype.names or ()))


def _overall(hours: range, reach: int) -> tuple[dict[str | None, float], int, int]:
    """The mean of all scores in the range; how many they are, and how many lie before it within
    reach."""
    start, end = from_hour(hours.start), from_hour(hours.stop)
    within = Q(window_start__gte=start)
    found = (
        OverallSentiment.objects.current()
        .in_range(from_hour(hours.start - reach), end)
        .aggregate(
            total=Sum(F("avg_sentiment_score") * F("total_customers"), filter=within),
            scores=Sum("total_customers", filter=within, default=0),
            before=Sum("total_customers", filter=~within, default=0),
        )
    )
    means: dict[str | None, float] = {}
    if found["scores"]:
        means[None] = found["total"] / found["scores"]
    return means, found["scores"], found["before"]


def _segments(hours: range) -> dict[str | None, float]:
    """The mean of all scores in the range, by industry."""
    rows = (
        SegmentSentiment.objects.current()
        .in_range(from_hour(hours.start), from_hour(hours.stop))
        .filter(total_customers__gt=0)
        .order_by()
        .values_list("industry")
        .annotate(
            total=Sum(F("avg_sentiment_score") * F("total_customers")),
            scores=Sum("total_customers"),
        )
    )
    return {industry: total / scores for industry, total, scores in rows}


def _refuse_too_many(scores: int, hours: range, customers: int) -> None:
    if scores > MOST_SCORES:
        raise TooManyScoresError(
            f"{len(hours) // 24} days of {customers:,} customers, with what their scores look back "
            f"at, are {scores:,} scores; at most {MOST_SCORES:,} are computed at a time: ask for "
            "fewer days"
        )


def _of_scored(counts: Counts, newest: Newest) -> Counts:
    """The counts of these customers, up to their newest scores: what is newer is still owed."""
    row = np.flatnonzero(np.isin(counts.customer, newest.key))
    newest_hour = newest.hour[np.searchsorted(newest.key, counts.customer[row])]
    row = row[counts.hour[row] <= newest_hour]
    return Counts(counts.customer[row], counts.hour[row], counts.fn[row], counts.fp[row])
