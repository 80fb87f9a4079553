"""Is a change of the share of FN more than chance? For customers and for industries at once.
Pure: numpy in, numpy out.

The newest 24 windows are compared with those before them, back to where windows no longer count.
`docs/decisions/0200-change-that-matters.md` says how often this gives a false alarm.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jobs.range_scores import PLACES, wilson

RECENT_HOURS = 24
LEVEL_Z = 1.9600
"""Two-sided 95 % of the standard normal distribution."""
FEW = 5
"""Reports of a period: below, an interval that keeps its level on average is too narrow."""

Floats = NDArray[np.float64]
Share = tuple[Floats, Floats]
"""A share of FN and its evidence, in reports."""
Bounds = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""Gives the lower and the upper bound of shares with so much evidence."""
Sums = Callable[[Floats], Floats]
"""Adds values of customers up for each industry."""


def before_hours(max_age_hours: int) -> int:
    """How many windows the recent ones are compared with: the others that count, but never fewer
    than there are recent ones."""
    return max(max_age_hours - RECENT_HOURS, RECENT_HOURS)


@dataclass(frozen=True)
class Compared:
    """Reports of customers in both periods: flat arrays. `dispersion` is how many reports tell as
    much as one independent one; at least 1. Reports over dispersion are the evidence."""

    recent_fn: Floats
    recent_fp: Floats
    before_fn: Floats
    before_fp: Floats
    dispersion: Floats

    @property
    def comparable(self) -> NDArray[np.bool_]:
        """Are there reports in both periods?"""
        return (self.recent_fn + self.recent_fp > 0) & (self.before_fn + self.before_fp > 0)


@dataclass(frozen=True)
class Differences:
    """The recent share of FN less the one before, -1 to 1, with its two-sided 95 % interval; NaN
    where a period has no reports."""

    difference: Floats
    low: Floats
    high: Floats

    def at(self, place: int) -> tuple[float | None, float | None, float | None]:
        """The difference and its bounds at one place; None for NaN."""
        values = (float(column[place]) for column in (self.difference, self.low, self.high))
        difference, low, high = (None if value != value else value for value in values)
        return difference, low, high


@dataclass(frozen=True)
class WindowSums:
    """Sums over the windows with reports, of both periods together, for each customer or industry:
    of 1, FN, FP, and of their squares and products."""

    windows: Floats
    fn: Floats
    fp: Floats
    fn_fn: Floats
    fn_fp: Floats
    fp_fp: Floats

    @property
    def variance(self) -> Floats:
        """The variance of FN over the windows, around the share of both periods together: so a
        burst that is alone in its period is seen as one. NaN where a single window says nothing."""
        reports = self.fn + self.fp
        with np.errstate(invalid="ignore", divide="ignore"):
            fn, fp = self.fn / reports, self.fp / reports
            squares = fp * fp * self.fn_fn - 2 * fn * fp * self.fn_fp + fn * fn * self.fp_fp
            return np.where(self.windows > 1, squares * self.windows / (self.windows - 1), np.nan)


def dispersion_of(sums: WindowSums) -> Floats:
    """The variance of each customer's FN over that of as many independent reports, at least 1: a
    design effect with windows as clusters (J. N. K. Rao and A. J. Scott, Biometrics 48 (1992)
    577-585)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _excess(sums.variance, sums.fn * sums.fp / (sums.fn + sums.fp))


def _excess(found: Floats, expected: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(expected > 0, found / expected, 1.0)
    return np.fmax(ratio, 1.0)


def of_customers(compared: Compared, slope: float = 1.0) -> Differences:
    """The difference of two shares, with Newcombe's hybrid score interval: method 10 of R. G.
    Newcombe, Statistics in Medicine 17 (1998) 873-890. Where a period has evidence of few reports
    it is method 11, which corrects for continuity: method 10 keeps its level on average, but a
    single FP after 23 FN of 27 reports, which chance makes in 15 of 100 cases, lies outside.

    `slope` is what one whole share of FN makes in the raw score.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        recent = _share(compared.recent_fn, compared.recent_fp, compared)
        before = _share(compared.before_fn, compared.before_fp, compared)
        few = np.minimum(recent[1], before[1]) < FEW
        wide, usual = _hybrid(recent, before, corrected_wilson), _hybrid(recent, before, _wilson)
        low, high = (np.where(few, *bounds) for bounds in zip(wide, usual, strict=True))
    return _on_score(recent[0] - before[0], low, high, slope)


def of_industries(
    compared: Compared, industry: NDArray[np.int64], windows: WindowSums, slope: float = 1.0
) -> Differences:
    """The common difference of each industry's customers: that of Mantel and Haenszel, so that it
    does not matter which of them report more than before. `industry` numbers that of each customer;
    `windows` has the sums of each industry.

    Interval: B. Klingenberg, Statistics in Medicine 33 (2014) 2968-2983, from the variance of T.
    Sato, Biometrics 45 (1989) 1323-1324; but never narrower than the distances of the customers'
    own bounds give, added in squares by weight. Sato's variance is 0 where every customer sends
    one kind of reports, however few.
    """
    here = np.flatnonzero(compared.comparable)
    place, groups = industry[here], len(windows.windows)
    dispersion = (compared.dispersion * _in_common(compared, industry, windows)[industry])[here]
    counts = (compared.recent_fn, compared.recent_fp, compared.before_fn, compared.before_fp)
    recent_fn, recent_fp, before_fn, before_fp = (part[here] / dispersion for part in counts)
    one = np.ones_like(dispersion)
    evidence = Compared(recent_fn, recent_fp, before_fn, before_fp, one)

    def sums(values: Floats) -> Floats:
        return np.bincount(place, weights=values, minlength=groups).astype(np.float64)

    with np.errstate(invalid="ignore", divide="ignore"):
        difference, low, high = _klingenberg(evidence, sums)
        below, above = _own_distances(evidence, sums)
    low, high = np.minimum(low, difference - below), np.maximum(high, difference + above)
    return _on_score(difference, low, high, slope)


def _klingenberg(of: Compared, sums: Sums) -> tuple[Floats, Floats, Floats]:
    """The common difference with its bounds."""
    recent, before = of.recent_fn + of.recent_fp, of.before_fn + of.before_fp
    both, square = recent + before, LEVEL_Z * LEVEL_Z
    weight = sums(recent * before / both)
    difference = sums((of.recent_fn * before - of.before_fn * recent) / both) / weight
    unequal = recent * before * (before - recent) / 2
    skew = sums((recent**2 * of.before_fn - before**2 * of.recent_fn + unequal) / both**2)
    mixed = sums((of.recent_fn * of.before_fp + of.before_fn * of.recent_fp) / (2 * both))
    middle = difference + square * skew / (2 * weight**2)
    half = np.sqrt(np.maximum(middle**2 - difference**2 + square * mixed / weight**2, 0.0))
    return difference, middle - half, middle + half


def _own_distances(of: Compared, sums: Sums) -> tuple[Floats, Floats]:
    """How far the bounds of the customers' own differences lie below and above, in common."""
    recent, before = of.recent_fn + of.recent_fp, of.before_fn + of.before_fp
    now, then = (of.recent_fn / recent, recent), (of.before_fn / before, before)
    low, high = _hybrid(now, then, _wilson)
    share, own = recent * before / (recent + before), now[0] - then[0]
    weight = sums(share)
    return (
        np.sqrt(sums((share * (own - low)) ** 2)) / weight,
        np.sqrt(sums((share * (high - own)) ** 2)) / weight,
    )


def _in_common(compared: Compared, industry: NDArray[np.int64], windows: WindowSums) -> Floats:
    """How much of an industry's variance its customers make in common, at least 1: over what it
    would be if no hour hit several of them."""
    fn, fp = compared.recent_fn + compared.before_fn, compared.recent_fp + compared.before_fp
    alone = fn * fp / np.maximum(fn + fp, 1) * compared.dispersion
    expected = np.bincount(industry, weights=alone, minlength=len(windows.windows))
    return _excess(windows.variance, expected.astype(np.float64))


def _share(fn: Floats, fp: Floats, compared: Compared) -> Share:
    """NaN where there is nothing to compare."""
    reports = np.where(compared.comparable, fn + fp, np.nan)
    return fn / reports, np.round(reports / compared.dispersion, PLACES)


def _hybrid(recent: Share, before: Share, bounds: Bounds) -> tuple[Floats, Floats]:
    """The interval of a difference from those of both shares, as Newcombe puts them together."""
    difference = recent[0] - before[0]
    recent_low, recent_high = bounds(*recent)
    before_low, before_high = bounds(*before)
    return (
        difference - np.hypot(recent[0] - recent_low, before_high - before[0]),
        difference + np.hypot(recent_high - recent[0], before[0] - before_low),
    )


def _wilson(share: Floats, evidence: Floats) -> tuple[Floats, Floats]:
    return wilson(share, evidence, LEVEL_Z)


def corrected_wilson(share: Floats, evidence: Floats) -> tuple[Floats, Floats]:
    """Wilson's interval with continuity correction; less than one report says nothing of a share.
    Method 4 of R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872."""
    square, other = LEVEL_Z * LEVEL_Z, 1 - share
    middle, wide = 2 * evidence * share + square, 2 * (evidence + square)
    with np.errstate(invalid="ignore", divide="ignore"):
        below = square - 2 - 1 / evidence + 4 * share * (evidence * other + 1)
        above = square + 2 - 1 / evidence + 4 * share * (evidence * other - 1)
        low = (middle - 1 - LEVEL_Z * np.sqrt(below)) / wide
        high = (middle + 1 + LEVEL_Z * np.sqrt(above)) / wide
    known = evidence >= 1
    return (
        np.where(known & (share > 0), np.maximum(low, 0.0), 0.0),
        np.where(known & (share < 1), np.minimum(high, 1.0), 1.0),
    )


def _on_score(difference: Floats, low: Floats, high: Floats, slope: float) -> Differences:
    low, high = np.maximum(low, -1.0), np.minimum(high, 1.0)
    if slope < 0:
        low, high = high, low
    return Differences(difference * slope, low * slope, high * slope)
