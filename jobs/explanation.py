"""Why a score is what it is: the arithmetic that gives it, from the counts it was made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from config.models import BaseMethod, ScoringProfile
from jobs import sentiment_calc as calc
from jobs.revisions import TOLERANCE
from sentiment_api.models import SentimentScore, SyncJob


@dataclass(frozen=True)
class CountedWindow:
    """What one window adds to the base: its ratio, with a weight."""

    window_start: datetime
    fn_count: int
    fp_count: int
    ratio: float
    weight: float


@dataclass(frozen=True)
class Trend:
    """How far the base has moved since the one before, and what that adds to the score."""

    previous: float
    weight: float
    shift: float


@dataclass(frozen=True)
class Normalisation:
    """What is normal in the industry."""

    baseline: float


@dataclass(frozen=True)
class Explanation:
    """The steps from counts to score; see the section on scoring in the docs.

    `is_reproduced` is False when the counts were revised in the very moment of scoring, so that
    they no longer give this score; a newer revision of it follows then.
    """

    profile: ScoringProfile
    windows: Sequence[CountedWindow]
    base: float
    trend: Trend | None
    raw_score: float
    normalisation: Normalisation | None
    sentiment_score: float
    score_low: float
    score_high: float
    evidence: float
    revision: int
    run: UUID | None
    is_reproduced: bool
    summary: str


@dataclass(frozen=True)
class _Counts:
    window_start: datetime
    fn_count: int
    fp_count: int

    @property
    def reports(self) -> int:
        return self.fn_count + self.fp_count


def explain(score: SentimentScore) -> Explanation:
    """Explain a score, current or superseded, by the counts that were current when it was made.

    Two queries, or none for what `score` has loaded already: its counts and its profile.
    """
    profile = score.profile
    known = _counts_before(score, profile)
    history = _history(known, 0, profile)
    base, weights = _base(history, profile)
    trend = _trend(known, history, base, profile)
    shift = trend.shift if trend else 0.0
    evidence = calc.effective_evidence([one.reports for one in history[: len(weights)]], weights)
    low, high = calc.wilson_interval(base, evidence)
    raw = calc.clamp(base + shift)
    result, low, high = (
        _normalise(value, score.baseline_score)
        for value in (raw, calc.clamp(low + shift), calc.clamp(high + shift))
    )
    windows = [
        CountedWindow(
            one.window_start,
            one.fn_count,
            one.fp_count,
            calc.simple_ratio(one.fn_count, one.fp_count),
            weight,
        )
        for one, weight in zip(history, weights, strict=False)
    ]
    is_reproduced = abs(result - score.sentiment_score) < TOLERANCE
    return Explanation(
        profile=profile,
        windows=windows,
        base=base,
        trend=trend,
        raw_score=raw,
        normalisation=None if score.baseline_score is None else Normalisation(score.baseline_score),
        sentiment_score=result,
        score_low=low,
        score_high=high,
        evidence=evidence,
        revision=score.revision,
        run=score.run_id,
        is_reproduced=is_reproduced,
        summary=_summary(score, windows, base, trend, is_reproduced),
    )


def _counts_before(score: SentimentScore, profile: ScoringProfile) -> list[_Counts]:
    """The counts that the score and the one before it can rest on, newest first."""
    depth = profile.history_windows * (2 if profile.trend_adjusted else 1)
    rows = (
        SyncJob.objects.as_of(score.created_at)
        .filter(
            customer_id=score.customer_id,
            window_start__lte=score.window_start,
            window_start__gt=score.window_start - timedelta(hours=profile.reach_hours),
        )
        .exclude(fn_count=0, fp_count=0)
        .order_by("-window_start")
        .values_list("window_start", "fn_count", "fp_count")[:depth]
    )
    return [_Counts(*row) for row in rows]


def _history(known: Sequence[_Counts], at: int, profile: ScoringProfile) -> Sequence[_Counts]:
    """The history of the window at this place: itself and the ones before, newest first."""
    if at >= len(known):
        return []
    oldest = known[at].window_start - timedelta(hours=profile.max_age_hours)
    part = known[at : at + profile.history_windows]
    return [one for one in part if one.window_start > oldest]


def _base(history: Sequence[_Counts], profile: ScoringProfile) -> tuple[float, list[float]]:
    """The base score and the weights of the first windows of the history."""
    if profile.base_method == BaseMethod.SIMPLE_RATIO:
        return (
            calc.simple_ratio(history[0].fn_count, history[0].fp_count) if history else calc.NEUTRAL
        ), [1.0][: len(history)]
    items = [
        {"timestamp": one.window_start, "fn_count": one.fn_count, "fp_count": one.fp_count}
        for one in history
    ]
    weights = [profile.decay_factor**place for place in range(len(history))]
    return calc.weighted_average_sentiment(items, profile.decay_factor), weights


def _trend(
    known: Sequence[_Counts], history: Sequence[_Counts], base: float, profile: ScoringProfile
) -> Trend | None:
    others = len(history) - 1
    if not profile.trend_adjusted or others < 2:
        return None
    earlier = [_base(_history(known, place, profile), profile)[0] for place in range(others, 0, -1)]
    return Trend(
        previous=earlier[-1],
        weight=profile.trend_weight,
        shift=calc.trend_shift(base, earlier, profile.trend_weight),
    )


def _normalise(value: float, baseline: float | None) -> float:
    return value if baseline is None else calc.industry_normalized_sentiment(value, baseline)


def _summary(
    score: SentimentScore,
    windows: Sequence[CountedWindow],
    base: float,
    trend: Trend | None,
    is_reproduced: bool,
) -> str:
    parts = [
        f"{score.customer.company_name} has {score.sentiment_score:.2f} in the window from "
        f"{score.window_start:%Y-%m-%d %H:%M}Z (90 % interval {score.score_low:.2f} to "
        f"{score.score_high:.2f}): {score.fn_count} FN and {score.fp_count} FP reports"
    ]
    if len(windows) > 1:
        parts.append(f"with the windows before, {len(windows)} in all, the base is {base:.2f}")
    else:
        parts.append(f"the base is {base:.2f}")
    if trend:
        parts.append(f"the base before was {trend.previous:.2f}, which adds {trend.shift:+.2f}")
    if score.baseline_score is not None:
        parts.append(
            f"{score.raw_score:.2f} is compared with {score.baseline_score:.2f}, which is normal "
            f"in {score.industry}"
        )
    end = "" if is_reproduced else " The counts were being revised; a newer revision follows."
    return "; ".join(parts) + "." + end
