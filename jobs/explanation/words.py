"""An explanation in plain words."""

from jobs.explanation.parts import Explanation
from sentiment_api.models import ScoreState, SentimentScore


def summary(score: SentimentScore, why: Explanation) -> str:
    """The explanation of a score in a sentence, and what to beware of in others."""
    parts = [
        f"{score.customer.company_name} has {score.sentiment_score:.2f} in the window from "
        f"{score.window_start:%Y-%m-%d %H:%M}Z (90 % interval {score.score_low:.2f} to "
        f"{score.score_high:.2f}): {score.fn_count} FN and {score.fp_count} FP reports"
    ]
    history = (
        f"with the windows before, {len(why.windows)} in all, " if len(why.windows) > 1 else ""
    )
    if why.shrinkage:
        parts.append(
            f"{history}its own ratio is {why.shrinkage.own:.2f}, drawn towards "
            f"{why.shrinkage.mean:.2f}, the mean of {score.industry}, as by "
            f"{why.shrinkage.strength:.0f} more reports; the base is {why.base:.2f}"
        )
    else:
        parts.append(f"{history}the base is {why.base:.2f}")
    if why.trend:
        parts.append(
            f"the base before was {why.trend.previous:.2f}, which adds {why.trend.shift:+.2f}"
        )
    if why.normalisation:
        parts.append(
            f"{score.raw_score:.2f} is compared with {why.normalisation.baseline:.2f}, which is "
            f"normal in {score.industry}"
        )
    return "; ".join(parts) + "." + _caveats(score, why)


def _caveats(score: SentimentScore, why: Explanation) -> str:
    said = ""
    if score.state == ScoreState.INSUFFICIENT_EVIDENCE:
        said += (
            f" It rests on {why.evidence:.1f} effective reports, fewer than the "
            f"{why.profile.min_evidence:g} that are asked for: do not rely on it."
        )
    if score.superseded_at and why.superseded_by:
        said += f" A newer revision took its place at {score.superseded_at:%Y-%m-%d %H:%M}Z."
    elif score.superseded_at:
        said += (
            f" It was withdrawn at {score.superseded_at:%Y-%m-%d %H:%M}Z: its reports are no "
            "longer in the source."
        )
    if not why.is_reproduced:
        said += " The counts were being revised; a newer revision follows."
    return said
