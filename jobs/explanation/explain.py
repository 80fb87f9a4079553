"""From the counts that were current when a score was made to the score."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import isclose

from config.industries import industry_key
from config.models import NormalisationMethod, ScoringProfile
from jobs import sentiment_calc as calc
from jobs.explanation.base import Base, Counted
from jobs.explanation.parts import Explanation, Normalisation, Trend
from jobs.explanation.words import summary
from jobs.histories import depth
from jobs.revision_history import succession
from jobs.revisions import TOLERANCE
from sentiment_api.models import SentimentScore, SyncJob


def explain(score: SentimentScore) -> Explanation:
    """Explain a score, current or superseded, by the counts that were current when it was made.

    Two queries, or none for what `score` has loaded already: its counts and its profile. One
    more for a superseded score: what took its place.
    """
    profile, after = score.profile, succession(score)
    moments = profile.moments_by_key().get(industry_key(score.industry))
    known = _counts_before(score, profile)
    base = Base.of(_history(known, 0, profile), profile, moments)
    trend = _trend(known, base, moments)
    shift = trend.shift if trend else 0.0
    raw, low, high = (calc.clamp(value + shift) for value in (base.value, *base.interval))
    normalisation = (
        None
        if score.baseline_score is None
        else Normalisation(profile.normalisation_method, score.baseline_score)
    )
    result, low, high = (_normalise(value, normalisation) for value in (raw, low, high))
    explanation = Explanation(
        profile=profile,
        windows=base.windows,
        shrinkage=base.shrinkage,
        base=base.value,
        trend=trend,
        raw_score=raw,
        normalisation=normalisation,
        sentiment_score=result,
        score_low=low,
        score_high=high,
        evidence=base.evidence,
        revision=score.revision,
        run=score.run_id,
        is_reproduced=_gives(score, base.evidence, raw, result),
        superseded_at=score.superseded_at,
        superseded_by=after.superseded_by,
        current=after.current,
        summary="",
    )
    return replace(explanation, summary=summary(score, explanation))


def _gives(score: SentimentScore, evidence: float, raw: float, result: float) -> bool:
    """Are these the score's numbers? The score alone does not tell: a normalised one can be 0 or 1
    for many a raw score."""
    same = (
        abs(stored - found) < TOLERANCE
        for stored, found in ((score.raw_score, raw), (score.sentiment_score, result))
    )
    return all(same) and isclose(evidence, score.evidence, rel_tol=TOLERANCE)


def _counts_before(score: SentimentScore, profile: ScoringProfile) -> list[Counted]:
    """The counts that the score and the one before it can rest on, newest first."""
    rows = (
        SyncJob.objects.as_of(score.created_at)
        .filter(
            customer_id=score.customer_id,
            window_start__lte=score.window_start,
            window_start__gt=score.window_start - timedelta(hours=profile.reach_hours),
        )
        .exclude(fn_count=0, fp_count=0)
        .order_by("-window_start")
        .values_list("window_start", "fn_count", "fp_count")[: depth(profile)]
    )
    return [Counted(*row) for row in rows]


def _history(known: Sequence[Counted], at: int, profile: ScoringProfile) -> Sequence[Counted]:
    """The history of the window at this place: itself and the ones before, newest first."""
    if at >= len(known):
        return []
    oldest = known[at].window_start - timedelta(hours=profile.max_age_hours)
    part = known[at : at + profile.history_windows]
    return [one for one in part if one.window_start > oldest]


def _trend(
    known: Sequence[Counted], base: Base, moments: tuple[float, float] | None
) -> Trend | None:
    profile = base.profile
    others = len(_history(known, 0, profile)) - 1
    if not profile.trend_adjusted or others < 2:
        return None
    earlier = [
        Base.of(_history(known, place, profile), profile, moments).value
        for place in range(others, 0, -1)
    ]
    return Trend(
        previous=earlier[-1],
        weight=profile.trend_weight,
        shift=calc.trend_shift(base.value, earlier, profile.trend_weight),
    )


def _normalise(value: float, by: Normalisation | None) -> float:
    if by is None:
        return value
    if by.method == NormalisationMethod.LOGIT:
        return calc.logit_normalized_sentiment(value, by.baseline)
    return calc.industry_normalized_sentiment(value, by.baseline)
