"""The answer in plain words."""

from collections.abc import Sequence

from config.models import ScoringProfile
from jobs.what_if.answer import Comparison


def summary(
    overall: Comparison,
    profile: ScoringProfile,
    days: int,
    outdated: int,
    nobodys: Sequence[str],
) -> str:
    """What would happen, in a few sentences."""
    sentences = [_change(overall, days), *_crossings(overall, profile)]
    if outdated:
        sentences.append(
            f"{outdated:,} of the stored newest scores come from earlier rules: today's would "
            "change them as well."
        )
    if nobodys:
        sentences.append(f"No customer with a score in these days is in {', '.join(nobodys)}.")
    return " ".join(sentences)


def _change(overall: Comparison, days: int) -> str:
    span = "the last day" if days == 1 else f"the last {days} days"
    if not overall.customers:
        return f"There is nothing to compare: no active customer has a score in {span}."
    customers = f"{overall.customers:,} customers with a score in {span}"
    if not overall.changed:
        return f"None of the {customers} would have another one."
    old, new = overall.old_mean_of_newest, overall.new_mean_of_newest
    return (
        f"{overall.changed:,} of the {customers} would have another one; the mean of the newest "
        f"scores would go from {old:.3f} to {new:.3f}."
    )


def _crossings(overall: Comparison, profile: ScoringProfile) -> list[str]:
    cross = overall.crossings
    levels = [
        _line(
            f"be below {profile.attention_below:g}", cross.into_attention, cross.out_of_attention
        ),
        _line(f"be above {profile.healthy_above:g}", cross.into_healthy, cross.out_of_healthy),
    ]
    states = [
        _line(
            "have too little evidence",
            cross.into_insufficient_evidence,
            cross.out_of_insufficient_evidence,
        ),
        _line("be stale", cross.into_stale, cross.out_of_stale),
    ]
    said = [*filter(None, levels)]
    if overall.changed and not said:
        said = [f"None would cross {profile.attention_below:g} or {profile.healthy_above:g}."]
    return [*said, *filter(None, states)]


def _line(what: str, into: int, out_of: int) -> str:
    if not into + out_of:
        return ""
    return f"{_number(into, 'None')} would newly {what}, {_number(out_of, 'none')} no longer."


def _number(count: int, nobody: str) -> str:
    return f"{count:,}" if count else nobody
