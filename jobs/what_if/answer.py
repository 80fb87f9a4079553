"""What is answered to the question what other rules would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.models import ScoringProfile


@dataclass(frozen=True)
class Crossings:
    """How many customers come to be on the other side of a line. A score below `attention_below`
    asks for attention, one above `healthy_above` is healthy; the old score is judged by the
    levels of the active profile, the new one by those of the new rules. Evidence counts whether
    the score is stale or not: what goes stale has no more of it."""

    into_attention: int
    out_of_attention: int
    into_healthy: int
    out_of_healthy: int
    into_insufficient_evidence: int
    out_of_insufficient_evidence: int
    into_stale: int
    out_of_stale: int


@dataclass(frozen=True)
class Comparison:
    """Old against new, over some customers.

    `customers` are those compared: active ones whose newest score lies in the range.
    `mean_of_newest` is the plain mean of that newest score; `mean` the mean of all scores in the
    range, also those of customers who have left. `changed` customers have another newest score.
    Means are None where there is nothing.
    """

    customers: int
    changed: int
    old_mean_of_newest: float | None
    new_mean_of_newest: float | None
    old_mean: float | None
    new_mean: float | None
    crossings: Crossings


@dataclass(frozen=True)
class IndustryComparison(Comparison):
    """Old against new in one industry, with its baselines: the stored and the proposed one."""

    industry: str
    old_baseline: float | None
    new_baseline: float | None


@dataclass(frozen=True)
class CustomerChange:
    """The newest score of one customer, in the window that starts at `window_start`: as it is
    stored, and as it would be. Baselines are those that the score was measured against."""

    customer_id: int
    company_name: str
    industry: str
    window_start: datetime
    old_score: float
    new_score: float
    old_state: str
    new_state: str
    old_baseline: float | None
    new_baseline: float | None

    @property
    def difference(self) -> float:
        """How far the score would move."""
        return self.new_score - self.old_score


@dataclass(frozen=True)
class WhatIf:
    """What the rules would do to the scores of a range (None: no window is covered).

    `active` judges the old scores, `profile` computes and judges the new ones. `outdated` stored
    scores differ from what today's rules give, as they were computed before these were used; they
    change with the next reprocessing in any case. `customers` are the most affected ones, the
    farthest moved first.
    """

    range_start: datetime | None
    range_end: datetime | None
    active: ScoringProfile
    profile: ScoringProfile
    overall: Comparison
    industries: Sequence[IndustryComparison]
    customers: Sequence[CustomerChange]
    outdated: int
    summary: str
