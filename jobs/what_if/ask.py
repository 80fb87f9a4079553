"""The question and the way to its answer."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import numpy as np

from config.industries import industry_key, trim_industry
from config.models import IndustryBaseline, ScoringProfile
from jobs.clock import from_hour
from jobs.industry_moments import settle_moments
from jobs.what_if.answer import WhatIf
from jobs.what_if.comparing import (
    Sides,
    compare_industries,
    compare_overall,
    most_affected,
    new_side,
    old_side,
)
from jobs.what_if.computing import compute
from jobs.what_if.reading import Known, newest_hours, read
from jobs.what_if.words import summary

DAYS, MOST_DAYS = 7, 31
LIMIT, MOST_LISTED = 20, 500

NO_OVERRIDES: Mapping[str, float | None] = MappingProxyType({})


def what_if(
    profile: ScoringProfile | None = None,
    baselines: Mapping[str, float | None] = NO_OVERRIDES,
    days: int = DAYS,
    limit: int = LIMIT,
) -> WhatIf:
    """What a profile (stored or not; None: the active one) and baselines (by industry; None: that
    industry has none any more) would do to the scores of the newest so many days, if all of them
    were computed again.

    A profile that is not stored is given the moments of the industries that it would be stored
    with. `limit` most affected customers are listed. Ten queries at most, none of which writes or
    locks.

    Raises TooManyScoresError, and ValueError for days and limits out of their range.
    """
    _refuse_out_of_range("days", days, 1, MOST_DAYS)
    _refuse_out_of_range("limit", limit, 0, MOST_LISTED)
    active = ScoringProfile.active()
    profile = profile or active
    if profile._state.adding:
        settle_moments(profile)
    stored = IndustryBaseline.by_key()
    proposed = _overridden(stored, baselines)
    known = read(newest_hours(days), active, profile)
    computed = compute(known, profile, proposed)
    old, new = old_side(known, active), new_side(known, computed, profile)
    today = new_side(known, compute(known, active, stored), active)
    sides = Sides(known, old, new, computed)
    overall, hours = compare_overall(sides), known.hours
    outdated = int(np.sum((today.score != old.score)[sides.at]))
    return WhatIf(
        range_start=from_hour(hours.start) if hours else None,
        range_end=from_hour(hours.stop) if hours else None,
        active=active,
        profile=profile,
        overall=overall,
        industries=compare_industries(sides, stored, proposed),
        customers=most_affected(sides, limit),
        outdated=outdated,
        summary=summary(overall, profile, days, outdated, _nobodys(known, baselines)),
    )


def _refuse_out_of_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ValueError(f"{name} lies between {least} and {most}; {value} does not")


def _overridden(
    stored: Mapping[str, float], overrides: Mapping[str, float | None]
) -> dict[str, float]:
    """The baselines by the key of the industry, as they would be."""
    keyed = {industry_key(industry): score for industry, score in overrides.items()}
    merged = {**stored, **keyed}
    return {key: score for key, score in merged.items() if score is not None}


def _nobodys(known: Known, industries: Iterable[str]) -> list[str]:
    """Those of these industries in which no customer has a score in the range."""
    somebodys = set(map(industry_key, known.newest.industry))
    return [trim_industry(name) for name in industries if industry_key(name) not in somebodys]
