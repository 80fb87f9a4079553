"""Scoring written as a plain loop over the formulas, straight from the design."""

from dataclasses import dataclass

from jobs.range_scores import Rules
from jobs.sentiment_calc import (
    clamp,
    effective_evidence,
    industry_normalized_sentiment,
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


def base_of(rows: list[Row], t: int, rules: Rules) -> float:
    """The base at hour t."""
    history = history_of(rows, t, rules)
    if rules.base_method == "simple_ratio":
        return simple_ratio(history[0].fn, history[0].fp)
    items = [{"timestamp": r.hour, "fn_count": r.fn, "fp_count": r.fp} for r in history]
    return weighted_average_sentiment(items, rules.decay_factor)


def evidence_of(history: list[Row], rules: Rules) -> float:
    """The evidence behind the base."""
    if rules.base_method == "simple_ratio":
        history = history[:1]
    weights = [rules.decay_factor**i for i in range(len(history))]
    return effective_evidence([r.fn + r.fp for r in history], weights)


def score_of(rows: list[Row], t: int, rules: Rules, baseline: float | None) -> LoopScore:
    """The score of a customer, whose windows with reports these are, in window t."""
    history = history_of(rows, t, rules)
    base, evidence = base_of(rows, t, rules), evidence_of(history, rules)
    low, high = wilson_interval(base, evidence)
    method, raw = rules.base_method, base
    if rules.trend_adjusted:
        earlier = [base_of(rows, row.hour, rules) for row in reversed(history[1:])]
        raw = trend_adjusted_sentiment(base, earlier, rules.trend_weight)
        shift = trend_shift(base, earlier, rules.trend_weight)
        low, high = clamp(low + shift), clamp(high + shift)
        method += "_trend" if len(earlier) >= 2 else ""
    score = raw
    if rules.industry_normalized and baseline is not None:
        score, low, high = (
            industry_normalized_sentiment(value, baseline) for value in (raw, low, high)
        )
        method += "_normalized"
    return LoopScore(base, raw, score, low, high, evidence, method)
