"""The formulas of scoring, for one score at a time. They import neither Django nor the
database; `jobs.range_scores` computes the same for whole ranges at once."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

NEUTRAL = 0.5
WILSON_Z = 1.6449
"""Two-sided 90 % of the standard normal distribution."""

LOGIT_EDGE = 0.001
"""How near to 0 or 1 a baseline may lie whose log-odds are taken: 1 has none."""


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


def pooled_sentiment(
    historical_data: Sequence[Mapping[str, Any]], decay_factor: float = 0.9
) -> float:
    """Simple ratio of the decayed sums of FN and FP: as `weighted_average_sentiment`, but an item
    also weighs as much as it has reports. No reports: 0.5."""
    newest_first = sorted(historical_data, key=lambda item: item["timestamp"], reverse=True)
    weights = [decay_factor**i for i in range(len(newest_first))]
    items = list(zip(weights, newest_first, strict=True))
    fn = sum(weight * item["fn_count"] for weight, item in items)
    reports = sum(weight * (item["fn_count"] + item["fp_count"]) for weight, item in items)
    return fn / reports if reports else NEUTRAL


def error_weighted(share: float, fn_weight: float = 0.0, fp_weight: float = 1.0) -> float:
    """The score of a share of FN when an FN costs `fn_weight` and an FP `fp_weight` of 1:
    `1 - (fn_weight * fn + fp_weight * fp) / (fn + fp)`. By default the share itself."""
    return (1 - fp_weight) + (fp_weight - fn_weight) * share


def shrunk_share(share: float, evidence: float, mean: float, strength: float) -> float:
    """Posterior mean of a share seen in `evidence` reports, where shares are spread as a beta
    distribution of this mean and strength (alpha + beta, in reports)."""
    support = evidence + strength
    return (evidence * share + strength * mean) / support if support else share


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


def logit_normalized_sentiment(raw_score: float, industry_baseline: float) -> float:
    """The score whose log-odds lie as far from 0 as those of the raw score from the baseline's:
    `r (1 - b) / (r (1 - b) + b (1 - r))`. 0.5 is normal for the industry, as with the linear
    form, but only a raw score of 0 or 1 reaches 0 or 1.

    A baseline nearer to 0 or 1 than `LOGIT_EDGE` is moved there; baseline 0: unchanged.
    """
    if industry_baseline == 0:
        return raw_score
    baseline = min(1 - LOGIT_EDGE, max(LOGIT_EDGE, industry_baseline))
    kept, lost = raw_score * (1 - baseline), baseline * (1 - raw_score)
    return kept / (kept + lost)


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
