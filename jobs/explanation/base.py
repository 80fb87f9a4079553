"""The base of one score, from the counts of its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from config.models import BaseMethod, ScoringProfile
from jobs import sentiment_calc as calc
from jobs.explanation.parts import CountedWindow, Shrinkage


@dataclass(frozen=True)
class Counted:
    """The reports of a window."""

    window_start: datetime
    fn_count: int
    fp_count: int

    @property
    def reports(self) -> int:
        """How many."""
        return self.fn_count + self.fp_count

    @property
    def share(self) -> float:
        """The share of FN."""
        return calc.simple_ratio(self.fn_count, self.fp_count)


@dataclass(frozen=True)
class Base:
    """The base of a score: the weighted mean of the ratios of its history (newest first), drawn
    towards the industry's where there are moments (mean and strength) of it."""

    history: Sequence[Counted]
    weights: Sequence[float]
    profile: ScoringProfile
    moments: tuple[float, float] | None

    @classmethod
    def of(
        cls,
        history: Sequence[Counted],
        profile: ScoringProfile,
        moments: tuple[float, float] | None,
    ) -> Self:
        """By the base method of the profile."""
        if profile.base_method == BaseMethod.SIMPLE_RATIO:
            history = history[:1]
        weights = [profile.decay_factor**place for place in range(len(history))]
        if profile.base_method == BaseMethod.POOLED:
            weights = [w * one.reports for w, one in zip(weights, history, strict=True)]
        return cls(history, weights, profile, moments)

    @property
    def evidence(self) -> float:
        """The effective number of reports behind it, without those of the industry."""
        return calc.effective_evidence([one.reports for one in self.history], self.weights)

    @property
    def value(self) -> float:
        """The base score."""
        return self._weighted(self._share)

    @property
    def interval(self) -> tuple[float, float]:
        """What bounds it (90 %)."""
        strength = self.moments[1] if self.moments else 0.0
        bounds = calc.wilson_interval(self._share, self.evidence + strength)
        low, high = sorted(map(self._weighted, bounds))
        return low, high

    @property
    def shrinkage(self) -> Shrinkage | None:
        """What it was drawn towards."""
        if self.moments is None:
            return None
        mean, strength = self.moments
        return Shrinkage(self._weighted(self._own_share), self._weighted(mean), strength)

    @property
    def windows(self) -> list[CountedWindow]:
        """What it rests on."""
        return [
            CountedWindow(
                window_start=one.window_start,
                age_hours=(self.history[0].window_start - one.window_start) // timedelta(hours=1),
                fn_count=one.fn_count,
                fp_count=one.fp_count,
                ratio=self._weighted(one.share),
                weight=weight,
            )
            for one, weight in zip(self.history, self.weights, strict=True)
        ]

    @property
    def _own_share(self) -> float:
        total = sum(self.weights)
        shares = (w * one.share for w, one in zip(self.weights, self.history, strict=True))
        return sum(shares) / total if total else calc.NEUTRAL

    @property
    def _share(self) -> float:
        if self.moments is None:
            return self._own_share
        return calc.shrunk_share(self._own_share, self.evidence, *self.moments)

    def _weighted(self, share: float) -> float:
        return calc.error_weighted(share, self.profile.fn_weight, self.profile.fp_weight)
