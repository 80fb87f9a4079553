"""What differs between two versions of the scoring profile."""

from collections.abc import Sequence

from config.industries import industry_key
from config.models import ScoringProfile
from jobs.revision_history.chain import changes
from jobs.revision_history.parts import RevisedValue

NO_RULES = {
    "id",
    "version",
    "note",
    "attention_below",
    "healthy_above",
    "industry_moments",
    "is_active",
    "created_at",
    "activated_at",
}
"""Fields of a profile that no score depends on; but see `_moments`."""
RULES = [field.name for field in ScoringProfile._meta.concrete_fields if field.name not in NO_RULES]


def rules_changed(
    before: ScoringProfile, after: ScoringProfile, industry: str | None = None
) -> list[RevisedValue]:
    """The rules of scoring that differ; with an industry, also what its customers are drawn
    towards."""
    if before.pk == after.pk:
        return []
    found = changes(before, after, RULES)
    if industry is not None:
        moments = [_moments(profile, industry) for profile in (before, after)]
        if moments[0] != moments[1]:
            found.append(RevisedValue("industry_moments", *moments))
    return found


def _moments(profile: ScoringProfile, industry: str) -> str | None:
    moments = profile.moments_by_key().get(industry_key(industry))
    return None if moments is None else "mean {:.4g}, strength {:.4g}".format(*moments)


def in_words(rules: Sequence[RevisedValue]) -> str:
    """The differences in a sentence."""
    return ", ".join(f"{one.field} {one.before} -> {one.after}" for one in rules)
