"""The standard profile's arithmetic. Rows are flat arrays by customer, then hour."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HISTORY, MAX_AGE, DECAY, MIN_EVIDENCE = 10, 240, 0.9, 5
RECENT = 24
Z_SCORE, Z_CHANGE = 1.6449, 1.96
FEW = 5

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """Reports of customers in windows."""

    customer: Integers
    hour: Integers
    fn: Integers
    fp: Integers

    def where(self, these: NDArray[np.bool_] | Integers) -> "Counts":
        """Some of the rows."""
        return Counts(self.customer[these], self.hour[these], self.fn[these], self.fp[these])


@dataclass(frozen=True)
class Scores:
    """Of each row."""

    score: Floats
    raw: Floats
    low: Floats
    high: Floats
    evidence: Floats


def scores(counts: Counts, baseline: Floats) -> Scores:
    """The scores of all rows; `baseline` is NaN where there is none."""
    reports = (counts.fn + counts.fp).astype(np.float64)
    ratio = counts.fn / reports
    weights, weighted, spread = np.ones_like(ratio), ratio.copy(), 1 / reports
    for back in range(1, min(HISTORY, len(ratio))):
        here, there = slice(back, None), slice(None, -back)
        near = (counts.customer[here] == counts.customer[there]) & (
            counts.hour[here] - counts.hour[there] < MAX_AGE
        )
        weight = near * DECAY**back
        weights[here] += weight
        weighted[here] += weight * ratio[there]
        spread[here] += weight * weight / reports[there]
    raw = np.clip(weighted / weights, 0, 1)
    evidence = weights * weights / spread
    known = ~np.isnan(baseline)
    final, low, high = (
        np.where(known, np.clip(0.5 + (value / baseline - 1) * 0.5, 0, 1), value)
        for value in (raw, *wilson(raw, evidence, Z_SCORE))
    )
    return Scores(final, raw, low, high, evidence)


def wilson(share: Floats, n: Floats, z: float) -> tuple[Floats, Floats]:
    """The interval of a share."""
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return np.clip(centre - half, 0, 1), np.clip(centre + half, 0, 1)


def aggregates(
    counts: Counts, found: Scores, group: Integers, hours: range, groups: int
) -> dict[str, NDArray[Any]]:
    """Totals and means by group and hour (flat, group by group), NaN where there is nothing."""
    wide = len(hours)
    here = (counts.hour >= hours.start) & (counts.hour < hours.stop)
    cell = (group * wide + counts.hour - hours.start)[here]
    end = np.minimum(counts.hour + MAX_AGE, hours.stop)
    followed = counts.customer[1:] == counts.customer[:-1]
    end[:-1] = np.where(followed, np.minimum(end[:-1], counts.hour[1:]), end[:-1])
    first = np.maximum(counts.hour, hours.start)
    length = np.maximum(end - first, 0)
    row = np.repeat(np.arange(len(length)), length)
    place = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    standing = group[row] * wide + first[row] - hours.start + place

    def total(cells: Integers, values: NDArray[Any]) -> Floats:
        return np.bincount(cells, values, groups * wide).astype(np.float64)

    customers = np.bincount(cell, minlength=groups * wide)
    standers = np.bincount(standing, minlength=groups * wide)
    half = (found.high - found.low) / 2
    with np.errstate(invalid="ignore"):
        mean = total(standing, found.score[row]) / standers
        half_mean = np.sqrt(total(standing, (half * half)[row])) / standers
        return {
            "total_customers": customers,
            "avg_sentiment_score": total(cell, found.score[here]) / customers,
            "avg_raw_score": total(cell, found.raw[here]) / customers,
            "total_fn_count": total(cell, counts.fn[here]),
            "total_fp_count": total(cell, counts.fp[here]),
            "standing_customers": standers,
            "standing_sentiment_score": mean,
            "standing_low": np.clip(mean - half_mean, 0, 1),
            "standing_high": np.clip(mean + half_mean, 0, 1),
        }


def bounds_of_share(share: Floats, n: Floats, few: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """With continuity correction where reports are few."""
    z, square = Z_CHANGE, Z_CHANGE * Z_CHANGE
    below = square - 2 - 1 / n + 4 * share * (n * (1 - share) + 1)
    above = square + 2 - 1 / n + 4 * share * (n * (1 - share) - 1)
    low = (2 * n * share + square - 1 - z * np.sqrt(below)) / (2 * (n + square))
    high = (2 * n * share + square + 1 + z * np.sqrt(above)) / (2 * (n + square))
    low = np.where((n >= 1) & (share > 0), np.maximum(low, 0), 0)
    high = np.where((n >= 1) & (share < 1), np.minimum(high, 1), 1)
    usual_low, usual_high = wilson(share, n, z)
    return np.where(few, low, usual_low), np.where(few, high, usual_high)


def changes(recent: Floats, before: Floats) -> dict[str, NDArray[np.float64]]:
    """How customers change between two periods. Six rows each: sums over the windows with reports
    of 1, FN, FP, FN x FN, FN x FP, FP x FP."""
    windows, fn, fp, fn_fn, fn_fp, fp_fp = recent + before
    share_n, share_p = recent[1:3], before[1:3]
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = fn / (fn + fp), fp / (fn + fp)
        variance = (q * q * fn_fn - 2 * p * q * fn_fp + p * p * fp_fp) * windows / (windows - 1)
        expected = fn * fp / (fn + fp)
        ratio = np.where(expected > 0, variance / expected, 1.0)
        dispersion = np.fmax(np.where(windows > 1, ratio, np.nan), 1.0)
        both = (share_n.sum(0) > 0) & (share_p.sum(0) > 0)
        new, old = (np.where(both, one[0] / one.sum(0), np.nan) for one in (share_n, share_p))
        new_n, old_n = (np.round(one.sum(0) / dispersion, 9) for one in (share_n, share_p))
        few = np.minimum(new_n, old_n) < FEW
        new_low, new_high = bounds_of_share(new, new_n, few)
        old_low, old_high = bounds_of_share(old, old_n, few)
    difference = new - old
    low = difference - np.hypot(new - new_low, old_high - old)
    high = difference + np.hypot(new_high - new, old - old_low)
    return {
        "recent_fn": share_n[0],
        "recent_fp": share_n[1],
        "before_fn": share_p[0],
        "before_fp": share_p[1],
        "dispersion": dispersion,
        "change": difference,
        "change_low": np.maximum(low, -1),
        "change_high": np.minimum(high, 1),
    }
