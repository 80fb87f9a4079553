"""Scores of a whole range at once: the formulas of `jobs.sentiment_calc` over arrays.

Pure: numpy in, numpy out. The tests prove it equal to a plain loop over the formulas.
"""

from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from jobs.sentiment_calc import LOGIT_EDGE, WILSON_Z

PLACES = 9
"""Evidence is known to so many places: the last digits come from the way it was computed, and must
not decide whether 99 reports are 99."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Rules(Protocol):
    """What a scoring profile says about the arithmetic."""

    base_method: str
    decay_factor: float
    history_windows: int
    max_age_hours: int
    fn_weight: float
    fp_weight: float
    industry_shrinkage: bool
    trend_adjusted: bool
    trend_weight: float
    industry_normalized: bool
    normalisation_method: str


@dataclass(frozen=True)
class Counts:
    """Reports by customer and window: flat arrays sorted by customer, then hour; one row for
    each customer and window with reports. `hour` counts from 1970-01-01 UTC."""

    customer: Integers
    hour: Integers
    fn: Integers
    fp: Integers


@dataclass(frozen=True)
class Norms:
    """What is normal in the industry of each row of `Counts`, NaN where that is not known: the
    baseline, and mean and strength (in reports) of the beta distribution of its customers' shares
    of FN."""

    baseline: Floats
    mean: Floats
    strength: Floats

    def at(self, place: Integers) -> "Norms":
        """The norms of these places."""
        return Norms(self.baseline[place], self.mean[place], self.strength[place])


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
    shrunk: Flags
    normalized: Flags

    @property
    def trended(self) -> Flags:
        """Where a trend was applied."""
        return ~np.isnan(self.previous)

    def rest_on(self, reports: float) -> Flags:
        """Where the evidence is at least so many reports."""
        return np.asarray(np.round(self.evidence, PLACES) >= reports)


def score_range(counts: Counts, norms: Norms, rules: Rules) -> RangeScores:
    """Score every row of `counts`.

    A row's history must lie in `counts` as far as `rules` look back (twice as far with a trend).
    """
    share, evidence = _share(counts, rules)
    shrunk = ~np.isnan(norms.strength) & rules.industry_shrinkage
    share, support = _shrink(share, evidence, norms, shrunk)
    bounds = [_error_weighted(bound, rules) for bound in wilson(share, support)]
    base = _error_weighted(share, rules)
    previous = _previous(counts, base, rules)
    shift = np.nan_to_num((base - previous) * rules.trend_weight)
    raw, low, high = (
        np.clip(value + shift, 0.0, 1.0)
        for value in (base, np.minimum(*bounds), np.maximum(*bounds))
    )
    normalized = ~np.isnan(norms.baseline) & rules.industry_normalized
    score, low, high = (
        np.where(normalized, _normalise(value, norms.baseline, rules), value)
        for value in (raw, low, high)
    )
    return RangeScores(base, raw, score, low, high, evidence, previous, shrunk, normalized)


def _in_history(counts: Counts, back: int, max_age_hours: int) -> Flags:
    """For each row from number `back` on: is the row `back` places before in its history?"""
    same_customer = counts.customer[back:] == counts.customer[: -back or None]
    recent = counts.hour[back:] - counts.hour[: -back or None] < max_age_hours
    return np.asarray(same_customer & recent)


def _share(counts: Counts, rules: Rules) -> tuple[Floats, Floats]:
    """The share of FN in the history of each row, and the evidence behind it."""
    reports = (counts.fn + counts.fp).astype(np.float64)
    ratio = counts.fn / reports
    if rules.base_method == "simple_ratio":
        return ratio, reports
    unit = reports if rules.base_method == "pooled" else np.ones_like(ratio)
    weights, weighted, spread = unit.copy(), unit * ratio, unit * unit / reports
    for back in range(1, rules.history_windows):
        held = _in_history(counts, back, rules.max_age_hours)
        if not held.any():
            break
        weight = np.where(held, rules.decay_factor**back, 0.0) * unit[:-back]
        weights[back:] += weight
        weighted[back:] += weight * ratio[:-back]
        spread[back:] += weight * weight / reports[:-back]
    return np.clip(weighted / weights, 0.0, 1.0), weights * weights / spread


def _shrink(share: Floats, evidence: Floats, norms: Norms, shrunk: Flags) -> tuple[Floats, Floats]:
    """The shares, drawn towards those of their industry, and how many reports then support them."""
    if not shrunk.any():
        return share, evidence
    strength, mean = np.where(shrunk, norms.strength, 0.0), np.where(shrunk, norms.mean, 0.0)
    support = evidence + strength
    return np.clip((evidence * share + strength * mean) / support, 0.0, 1.0), support


def _error_weighted(share: Floats, rules: Rules) -> Floats:
    return (1 - rules.fp_weight) + (rules.fp_weight - rules.fn_weight) * share


def _previous(counts: Counts, base: Floats, rules: Rules) -> Floats:
    """The base of the window before, where the history holds at least two others."""
    previous = np.full_like(base, np.nan)
    if rules.trend_adjusted and rules.history_windows > 2 and len(base) > 2:
        held = np.zeros(len(base), dtype=bool)
        held[2:] = _in_history(counts, 2, rules.max_age_hours)
        previous[1:] = np.where(held[1:], base[:-1], np.nan)
    return previous


def wilson(share: Floats, evidence: Floats, z: float = WILSON_Z) -> tuple[Floats, Floats]:
    """`sentiment_calc.wilson_interval` of many shares at once; all have evidence."""
    square = z * z
    denominator = 1 + square / evidence
    centre = (share + square / (2 * evidence)) / denominator
    variance = share * (1 - share) / evidence + square / (4 * evidence * evidence)
    half = z * np.sqrt(variance) / denominator
    return np.clip(centre - half, 0.0, 1.0), np.clip(centre + half, 0.0, 1.0)


def _normalise(score: Floats, baselines: Floats, rules: Rules) -> Floats:
    if rules.normalisation_method == "linear":
        return np.clip(0.5 + (score / baselines - 1) * 0.5, 0.0, 1.0)
    baselines = np.clip(baselines, LOGIT_EDGE, 1 - LOGIT_EDGE)
    kept, lost = score * (1 - baselines), baselines * (1 - score)
    return np.asarray(kept / (kept + lost))


APPLIED = (("", "_shrunk"), ("", "_trend"), ("", "_normalized", "_logit"))
"""What may have been applied to a base, step by step, as `calculation_method` names it."""


def method_names(scores: RangeScores, rules: Rules) -> list[str]:
    """What was really applied to each row, as `calculation_method` says it."""
    base = base_name(rules.base_method, rules.fn_weight, rules.fp_weight)
    names = np.array([base + "".join(steps) for steps in product(*APPLIED)], dtype=object)
    by_logit = rules.normalisation_method == "logit"
    place = (2 * scores.shrunk + scores.trended) * 3 + (1 + by_logit) * scores.normalized
    result: list[str] = names[place].tolist()
    return result


def base_name(base_method: str, fn_weight: float, fp_weight: float) -> str:
    """The name of the base: `_error` where the errors have other weights than by default."""
    return base_method + ("" if (fn_weight, fp_weight) == (0, 1) else "_error")
