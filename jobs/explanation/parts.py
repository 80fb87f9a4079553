"""What an explanation consists of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.models import ScoringProfile


@dataclass(frozen=True)
class CountedWindow:
    """What one window adds to the base: its ratio, with a weight. `age_hours` is how long before
    the score's own window it starts."""

    window_start: datetime
    age_hours: int
    fn_count: int
    fp_count: int
    ratio: float
    weight: float


@dataclass(frozen=True)
class Shrinkage:
    """What the customer's `own` ratio was drawn towards: the industry's `mean`, which weighs as
    much as `strength` reports."""

    own: float
    mean: float
    strength: float


@dataclass(frozen=True)
class Trend:
    """How far the base has moved since the one before, and what that adds to the score."""

    previous: float
    weight: float
    shift: float


@dataclass(frozen=True)
class Normalisation:
    """What is normal in the industry, and how the score is set against it."""

    method: str
    baseline: float


@dataclass(frozen=True)
class Explanation:
    """The steps from counts to score; see the section on scoring in the docs.

    `is_reproduced` is False when the counts were revised in the very moment of scoring, so that
    they no longer give this score; a newer revision of it follows then. `superseded_by` is the
    key of the revision that took the place of this one (None: nothing did), `current` that of the
    one which counts now (None: the score was withdrawn).
    """

    profile: ScoringProfile
    windows: Sequence[CountedWindow]
    shrinkage: Shrinkage | None
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
    superseded_at: datetime | None
    superseded_by: UUID | None
    current: UUID | None
    summary: str
