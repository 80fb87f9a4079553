"""Scores of a whole range at once: the formulas of `jobs.sentiment_calc` over arrays.

Pure: numpy in, numpy out. The tests prove it equal to a plain loop over the formulas.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobs.sentiment_calc import WILSON_Z

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Rules(Protocol):
    """What a scoring profile says about the arithmetic."""

    base_method: str
    decay_factor: float
    history_windows: int
    max_age_hours: int
    trend_adjusted: bool
    trend_weight: float
    industry_normalized: bool


@dataclass(frozen=True)
class Counts:
    """Reports by customer and window: flat arrays sorted by customer, then hour; one row for
    each customer and window with reports. `hour` counts from 1970-01-01 UTC."""

    customer: Integers
    hour: Integers
    fn: Integers
    fp: Integers


@dataclass(frozen=True)
class RangeScores:
    """The scores of the rows of `Counts`, in the same order. `previous` is the base score the
    trend is measured from (NaN where none was applied)."""

    base: Floats
    raw: Floats
    score: Floats
    low: Floats
    high: Floats
    evidence: Floats
    previous: Floats
    normalized: Flags

    @property
    def trended(self) -> Flags:
        """Where a trend was applied."""
        return ~np.isnan(self.previous)


def score_range(counts: Counts, baselines: Floats, rules: Rules) -> RangeScores:
    """Score every row of `counts`.

    `baselines` holds the baseline of each row's industry, NaN where it has none. A row's
    history must lie in `counts` as far as `rules` look back (twice as far with a trend).
    """
    base, evidence = _base(counts, rules)
    previous = _previous(counts, base, rules)
    shift = np.nan_to_num((base - previous) * rules.trend_weight)
    low, high = _wilson(base, evidence)
    raw = np.clip(base + shift, 0.0, 1.0)
    low, high = np.clip(low + shift, 0.0, 1.0), np.clip(high + shift, 0.0, 1.0)
    normalized = ~np.isnan(baselines) & rules.industry_normalized
    return RangeScores(
        base=base,
        raw=raw,
        score=_normalise(raw, baselines, normalized),
        low=_normalise(low, baselines, normalized),
        high=_normalise(high, baselines, normalized),
        evidence=evidence,
        previous=previous,
        normalized=normalized,
    )


def _in_history(counts: Counts, back: int, max_age_hours: int) -> Flags:
    """For each row from number `back` on: is the row `back` places before in its history?"""
    same_customer = counts.customer[back:] == counts.customer[: -back or None]
    recent = counts.hour[back:] - counts.hour[: -back or None] < max_age_hours
    return np.asarray(same_customer & recent)


def _base(counts: Counts, rules: Rules) -> tuple[Floats, Floats]:
    reports = (counts.fn + counts.fp).astype(np.float64)
    ratio = counts.fn / reports
    if rules.base_method == "simple_ratio":
        return ratio, reports
    weighted, weights, spread = ratio.copy(), np.ones_like(ratio), 1.0 / reports
    for back in range(1, rules.history_windows):
        held = _in_history(counts, back, rules.max_age_hours)
        if not held.any():
            break
        weight = np.where(held, rules.decay_factor**back, 0.0)
        weighted[back:] += weight * ratio[:-back]
        weights[back:] += weight
        spread[back:] += weight * weight / reports[:-back]
    return np.clip(weighted / weights, 0.0, 1.0), weights * weights / spread


def _previous(counts: Counts, base: Floats, rules: Rules) -> Floats:
    """The base of the window before, where the history holds at least two others."""
    previous = np.full_like(base, np.nan)
    if rules.trend_adjusted and rules.history_windows > 2 and len(base) > 2:
        held = np.zeros(len(base), dtype=bool)
        held[2:] = _in_history(counts, 2, rules.max_age_hours)
        previous[1:] = np.where(held[1:], base[:-1], np.nan)
    return previous


def _wilson(share: Floats, evidence: Floats) -> tuple[Floats, Floats]:
    square = WILSON_Z * WILSON_Z
    denominator = 1 + square / evidence
    centre = (share + square / (2 * evidence)) / denominator
    variance = share * (1 - share) / evidence + square / (4 * evidence * evidence)
    half = WILSON_Z * np.sqrt(variance) / denominator
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)


def _normalise(score: Floats, baselines: Floats, normalized: Flags) -> Floats:
    with np.errstate(invalid="ignore"):
        scaled = np.clip(0.5 + (score / baselines - 1) * 0.5, 0.0, 1.0)
    return np.where(normalized, scaled, score)


def method_names(scores: RangeScores, rules: Rules) -> list[str]:
    """What was really applied to each row, as `calculation_method` says it."""
    names = np.array(
        [
            rules.base_method + trend + norm
            for trend in ("", "_trend")
            for norm in ("", "_normalized")
        ],
        dtype=object,
    )
    result: list[str] = names[2 * scores.trended + scores.normalized].tolist()
    return result
