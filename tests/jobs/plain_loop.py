"""Scoring written as a plain loop over the formulas, straight from the design."""

from dataclasses import dataclass

from jobs.range_scores import Rules
from jobs.sentiment_calc import (
    clamp,
    effective_evidence,
    error_weighted,
    industry_normalized_sentiment,
    logit_normalized_sentiment,
    pooled_sentiment,
    shrunk_share,
    simple_ratio,
    trend_adjusted_sentiment,
    trend_shift,
    weighted_average_sentiment,
    wilson_interval,
)


@dataclass(frozen=True)
class Row:
    """Reports of one customer in one window."""

    hour: int
    fn: int
    fp: int


@dataclass(frozen=True)
class LoopScore:
    """What the design says of one score."""

    base: float
    raw: float
    score: float
    low: float
    high: float
    evidence: float
    method: str


def history_of(rows: list[Row], t: int, rules: Rules) -> list[Row]:
    """The windows behind the score at hour t, newest first."""
    recent = [row for row in rows if t - rules.max_age_hours < row.hour <= t]
    return sorted(recent, key=lambda row: -row.hour)[: rules.history_windows]


@dataclass(frozen=True)
class Industry:
    """What is normal in an industry: the baseline; mean and strength of its customers' shares."""

    baseline: float | None = None
    moments: tuple[float, float] | None = None


NOTHING_KNOWN = Industry()


def share_of(rows: list[Row], t: int, rules: Rules) -> float:
    """The customer's own share of FN at hour t."""
    history = history_of(rows, t, rules)
    if rules.base_method == "simple_ratio":
        return simple_ratio(history[0].fn, history[0].fp)
    items = [{"timestamp": r.hour, "fn_count": r.fn, "fp_count": r.fp} for r in history]
    if rules.base_method == "pooled":
        return pooled_sentiment(items, rules.decay_factor)
    return weighted_average_sentiment(items, rules.decay_factor)


def evidence_of(rows: list[Row], t: int, rules: Rules) -> float:
    """The evidence behind the share."""
    history = history_of(rows, t, rules)
    if rules.base_method == "simple_ratio":
        history = history[:1]
    weights = [rules.decay_factor**i for i in range(len(history))]
    if rules.base_method == "pooled":
        weights = [w * (r.fn + r.fp) for w, r in zip(weights, history, strict=True)]
    return effective_evidence([r.fn + r.fp for r in history], weights)


def base_of(
    rows: list[Row], t: int, rules: Rules, moments: tuple[float, float] | None
) -> tuple[float, float, float]:
    """The base at hour t, and its bounds."""
    share, evidence, strength = share_of(rows, t, rules), evidence_of(rows, t, rules), 0.0
    if rules.industry_shrinkage and moments:
        mean, strength = moments
        share = shrunk_share(share, evidence, mean, strength)
    values = (share, *wilson_interval(share, evidence + strength))
    base, *bounds = (error_weighted(v, rules.fn_weight, rules.fp_weight) for v in values)
    return base, min(bounds), max(bounds)


def score_of(
    rows: list[Row], t: int, rules: Rules, industry: Industry = NOTHING_KNOWN
) -> LoopScore:
    """The score of a customer, whose windows with reports these are, in window t."""
    history = history_of(rows, t, rules)
    base, low, high = base_of(rows, t, rules, industry.moments)
    method, raw = rules.base_method, base
    method += "_error" if (rules.fn_weight, rules.fp_weight) != (0, 1) else ""
    method += "_shrunk" if rules.industry_shrinkage and industry.moments else ""
    if rules.trend_adjusted:
        earlier = [
            base_of(rows, row.hour, rules, industry.moments)[0] for row in reversed(history[1:])
        ]
        raw = trend_adjusted_sentiment(base, earlier, rules.trend_weight)
        shift = trend_shift(base, earlier, rules.trend_weight)
        low, high = clamp(low + shift), clamp(high + shift)
        method += "_trend" if len(earlier) >= 2 else ""
    score = raw
    if rules.industry_normalized and industry.baseline is not None:
        by_logit = rules.normalisation_method == "logit"
        normalise = logit_normalized_sentiment if by_logit else industry_normalized_sentiment
        score, low, high = (normalise(value, industry.baseline) for value in (raw, low, high))
        method += "_logit" if by_logit else "_normalized"
    return LoopScore(base, raw, score, low, high, evidence_of(rows, t, rules), method)
