"""Old against new: per industry, overall, and for the most affected customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.industries import industry_key
from config.models import ScoringProfile
from jobs.clock import from_hour
from jobs.range_scores import Flags, Floats
from jobs.revisions import TOLERANCE
from jobs.what_if.answer import Comparison, Crossings, CustomerChange, IndustryComparison
from jobs.what_if.computing import Computed
from jobs.what_if.reading import Known
from sentiment_api.models import CustomerState


@dataclass(frozen=True)
class Side:
    """The newest score of each customer, and what it is called by a profile."""

    score: Floats
    state: NDArray[np.object_]
    baseline: Floats
    attention: Flags
    healthy: Flags
    scarce: Flags
    """Too little evidence, stale or not."""


def old_side(known: Known, active: ScoringProfile) -> Side:
    """As people see it now."""
    newest = known.newest
    return _side(known, newest.score, newest.state, newest.baseline, active)


def new_side(known: Known, computed: Computed, profile: ScoringProfile) -> Side:
    """As it would be. A score that differs by less than rows are rewritten for stays."""
    score = np.where(
        np.abs(computed.score - known.newest.score) < TOLERANCE, known.newest.score, computed.score
    )
    state = np.where(computed.enough, CustomerState.SCORED, CustomerState.INSUFFICIENT_EVIDENCE)
    return _side(known, score, state.astype(object), computed.baseline, profile)


def _side(
    known: Known,
    score: Floats,
    state: NDArray[np.object_],
    baseline: Floats,
    profile: ScoringProfile,
) -> Side:
    is_stale = known.newest.hour < known.hours.stop - profile.max_age_hours
    return Side(
        score,
        np.where(is_stale, CustomerState.STALE, state),
        baseline,
        attention=score < profile.attention_below,
        healthy=score > profile.healthy_above,
        scarce=state == CustomerState.INSUFFICIENT_EVIDENCE,
    )


@dataclass(frozen=True)
class Sides:
    """Both sides, and what they were made of."""

    known: Known
    old: Side
    new: Side
    computed: Computed

    @property
    def at(self) -> NDArray[np.int64]:
        """The places of the customers that are compared: active, and with a score on both sides."""
        return np.flatnonzero(self.known.newest.is_active & ~np.isnan(self.new.score))

    @property
    def changed(self) -> Flags:
        """Whose score would be another?"""
        return np.asarray(self.old.score != self.new.score)


def compare_overall(sides: Sides) -> Comparison:
    """Over all customers."""
    group = np.zeros(len(sides.known.newest.key), dtype=np.int64)
    return Comparison(**_columns(sides, group, [None])[0])


def compare_industries(
    sides: Sides, stored: Mapping[str, float], proposed: Mapping[str, float]
) -> list[IndustryComparison]:
    """Industry by industry, by name; `stored` and `proposed` baselines by its key."""
    newest = sides.known.newest
    names = sorted({*newest.industry, *filter(None, sides.known.means)})
    number = {name: place for place, name in enumerate(names)}
    group = np.fromiter((number[name] for name in newest.industry), dtype=np.int64)
    return [
        IndustryComparison(
            **columns,
            industry=name,
            old_baseline=stored.get(industry_key(name)),
            new_baseline=proposed.get(industry_key(name)),
        )
        for name, columns in zip(names, _columns(sides, group, names), strict=True)
    ]


def _columns(sides: Sides, group: NDArray[np.int64], names: list[Any]) -> list[dict[str, Any]]:
    """The fields of a comparison for each group of customers."""
    old, new, computed = sides.old, sides.new, sides.computed
    compared = _Groups(group[sides.at], len(names))
    columns: dict[str, list[Any]] = {
        "customers": compared.count(np.ones(len(sides.at), dtype=bool)),
        "changed": compared.count(sides.changed[sides.at]),
        "old_mean_of_newest": compared.mean(old.score[sides.at]),
        "new_mean_of_newest": compared.mean(new.score[sides.at]),
        "old_mean": [sides.known.means.get(name) for name in names],
        "new_mean": _Groups(group, len(names)).mean(computed.total, computed.scores),
        "crossings": _crossings(sides, compared),
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _crossings(sides: Sides, compared: "_Groups") -> list[Crossings]:
    old, new = sides.old, sides.new
    lines = {
        "attention": (old.attention, new.attention),
        "healthy": (old.healthy, new.healthy),
        "insufficient_evidence": (old.scarce, new.scarce),
        "stale": (old.state == CustomerState.STALE, new.state == CustomerState.STALE),
    }
    counts = {}
    for line, (before, after) in lines.items():
        counts[f"into_{line}"] = compared.count((~before & after)[sides.at])
        counts[f"out_of_{line}"] = compared.count((before & ~after)[sides.at])
    return [
        Crossings(**dict(zip(counts, row, strict=True)))
        for row in zip(*counts.values(), strict=True)
    ]


class _Groups:
    """Counts and means by group of rows."""

    def __init__(self, group: NDArray[np.int64], groups: int) -> None:
        self._group = group
        self._groups = groups

    def count(self, flags: Flags) -> list[int]:
        """How many rows of each group have the flag."""
        counts: list[int] = np.bincount(self._group[flags], minlength=self._groups).tolist()
        return counts

    def mean(self, totals: Floats, sizes: Floats | None = None) -> list[float | None]:
        """The mean of each group, whose rows are sums of so many values (one, if not given)."""
        total = np.bincount(self._group, weights=totals, minlength=self._groups)
        size = np.bincount(self._group, weights=sizes, minlength=self._groups)
        return [t / n if n else None for t, n in zip(total.tolist(), size.tolist(), strict=True)]


def most_affected(sides: Sides, limit: int) -> list[CustomerChange]:
    """The customers for whom something changes, the farthest moved first, then by their id."""
    newest, old, new = sides.known.newest, sides.old, sides.new
    affected = (
        sides.changed
        | (old.state != new.state)
        | (old.attention != new.attention)
        | (old.healthy != new.healthy)
    )
    places = sides.at[affected[sides.at]]
    distance = np.abs(new.score - old.score)[places]
    order = np.lexsort((newest.customer_id[places], -distance))[:limit]
    return [
        CustomerChange(
            customer_id=int(newest.customer_id[place]),
            company_name=newest.company_name[place],
            industry=newest.industry[place],
            window_start=from_hour(int(newest.hour[place])),
            old_score=float(old.score[place]),
            new_score=float(new.score[place]),
            old_state=old.state[place],
            new_state=new.state[place],
            old_baseline=_or_none(old.baseline[place]),
            new_baseline=_or_none(new.baseline[place]),
        )
        for place in places[order].tolist()
    ]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
