"""The formulas of scoring, for one score at a time. They import neither Django nor the
database; `jobs.range_scores` computes the same for whole ranges at once."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

NEUTRAL = 0.5
WILSON_Z = 1.6449
"""Two-sided 90 % of the standard normal distribution."""


def simple_ratio(fn: int, fp: int) -> float:
    """`1 - fp / (fn + fp)`; 0.5 when there are no reports."""
    _refuse_negative(fn, fp)
    total = fn + fp
    return fn / total if total else NEUTRAL


def weighted_average_sentiment(
    historical_data: Sequence[Mapping[str, Any]], decay_factor: float = 0.9
) -> float:
    """Mean of the simple ratios of items with `timestamp`, `fn_count` and `fp_count`.

    Newest first, the i-th item weighs `decay_factor**i`; an item without reports counts 0.5.
    No items: 0.5. The order of the sequence does not matter.
    """
    newest_first = sorted(historical_data, key=lambda item: item["timestamp"], reverse=True)
    weights = [decay_factor**i for i in range(len(newest_first))]
    total = sum(weights)
    if not total:
        return NEUTRAL
    ratios = (simple_ratio(item["fn_count"], item["fp_count"]) for item in newest_first)
    return sum(w * ratio for w, ratio in zip(weights, ratios, strict=True)) / total


def trend_shift(
    current_score: float, historical_scores: Sequence[float], trend_weight: float = 0.2
) -> float:
    """What the trend adds to a score: its distance from the newest of the earlier scores
    (oldest first), times the weight. 0 with fewer than two earlier scores."""
    if len(historical_scores) < 2:
        return 0.0
    return (current_score - historical_scores[-1]) * trend_weight


def trend_adjusted_sentiment(
    current_score: float, historical_scores: Sequence[float], trend_weight: float = 0.2
) -> float:
    """The score moved on in the direction in which it moves, clamped to [0, 1]; unchanged with
    fewer than two earlier scores (oldest first)."""
    if len(historical_scores) < 2:
        return current_score
    return clamp(current_score + trend_shift(current_score, historical_scores, trend_weight))


def industry_normalized_sentiment(raw_score: float, industry_baseline: float) -> float:
    """`0.5 + (raw / baseline - 1) * 0.5`, clamped to [0, 1]: 0.5 is normal for the industry.

    Baseline 0: unchanged.
    """
    if industry_baseline == 0:
        return raw_score
    return clamp(0.5 + (raw_score / industry_baseline - 1) * 0.5)


def effective_evidence(reports: Sequence[int], weights: Sequence[float]) -> float:
    """Effective number of reports behind a weighted mean of ratios, `(sum w)^2 / sum(w^2 / n)`:
    the size of a plain sample whose share varies as much (Kish's effective sample size)."""
    total = sum(weights)
    spread = sum(w * w / n for w, n in zip(weights, reports, strict=True))
    return total * total / spread if spread else 0.0


def wilson_interval(share: float, evidence: float, z: float = WILSON_Z) -> tuple[float, float]:
    """Wilson score interval of a share seen in `evidence` reports, clamped to [0, 1].

    E. B. Wilson, JASA 22 (1927) 209-212. Without evidence it is [0, 1].
    """
    if evidence <= 0:
        return 0.0, 1.0
    square = z * z
    denominator = 1 + square / evidence
    centre = (share + square / (2 * evidence)) / denominator
    half = (
        z * sqrt(share * (1 - share) / evidence + square / (4 * evidence * evidence)) / denominator
    )
    return clamp(centre - half), clamp(centre + half)


def clamp(value: float) -> float:
    """The value, moved into [0, 1]."""
    return min(1.0, max(0.0, value))


def _refuse_negative(fn: int, fp: int) -> None:
    if fn < 0 or fp < 0:
        raise ValueError(f"counts of reports are never negative: fn={fn}, fp={fp}")
