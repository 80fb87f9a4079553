"""What would be a fitting baseline for each industry, by its own history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.functions import RowNumber

from config.industries import industry_key
from config.models import IndustryBaseline
from jobs.models import Window as CoveredWindow
from sentiment_api.models import Customer, ScoreState, SentimentScore

T = TypeVar("T")

FEW_SCORES = 30
FEW_CUSTOMERS = 3
DIGITS = 4


@dataclass(frozen=True)
class Suggestion:
    """An industry, its baseline now (None: it has none), and the median raw score of its scores
    (None: it has none), with what that rests on."""

    industry: str
    customers: int
    baseline: float | None
    median: float | None
    scores: int
    scored_customers: int

    @property
    def value(self) -> float | None:
        """What can be taken as the baseline; a baseline lies above 0."""
        return self.median or None

    @property
    def choice(self) -> str:
        """How a form names it, so that what is taken is what was shown."""
        return f"{self.value}|{self.industry}"

    @property
    def rests_on_little(self) -> bool:
        """Too few scores or customers to build on without a thought."""
        return self.scores < FEW_SCORES or self.scored_customers < FEW_CUSTOMERS

    @property
    def taken(self) -> bool:
        """Is it the baseline already?"""
        return self.value is not None and self.value == self.baseline


def suggest(days: int) -> list[Suggestion]:
    """A suggestion for every industry that has customers, a baseline or scores, from the current
    scored rows of the last days before the newest covered window. As many queries for one
    industry as for all."""
    known = _known(_scored_rows(days))
    customers: dict[str, tuple[str, int]] = _named(
        Customer.objects.filter(inactive_since=None)
        .order_by()
        .values_list("industry")
        .annotate(count=Count("pk"))
    )
    baselines = _named(IndustryBaseline.objects.values_list("industry", "baseline_score"))
    found = []
    for key in {*known, *customers, *baselines}:
        scored, rests_on = known.get(key, ("", _Known()))
        named, count = customers.get(key, (scored, 0))
        industry, baseline = baselines.get(key, (named, None))
        found.append(
            Suggestion(
                industry, count, baseline, rests_on.median, rests_on.scores, rests_on.customers
            )
        )
    return sorted(found, key=lambda one: industry_key(one.industry))


@dataclass(frozen=True)
class _Known:
    """What the scores of an industry say."""

    scores: int = 0
    customers: int = 0
    median: float | None = None


def _scored_rows(days: int) -> "QuerySet[SentimentScore]":
    newest = CoveredWindow.objects.aggregate(newest=Max("window_end"))["newest"]
    rows = SentimentScore.objects.current().filter(state=ScoreState.SCORED)
    return rows.filter(window_start__gte=newest - timedelta(days=days)) if newest else rows.none()


def _known(rows: "QuerySet[SentimentScore]") -> dict[str, tuple[str, _Known]]:
    """By key. Two spellings of one industry can only be left from before it had a baseline; the
    one with the most scores speaks for it."""
    medians = _medians(rows)
    counted = (
        rows.order_by()
        .values_list("industry")
        .annotate(scores=Count("pk"), customers=Count("customer", distinct=True))
        .order_by("scores", "customers")
    )
    return _named(
        (industry, _Known(scores, customers, medians.get(industry)))
        for industry, scores, customers in counted
    )


def _named(pairs: Iterable[tuple[str, T]]) -> dict[str, tuple[str, T]]:
    """By what industries are compared by: the spelling, and what is known of it. The last one
    counts."""
    return {industry_key(industry): (industry, value) for industry, value in pairs}


def _medians(rows: "QuerySet[SentimentScore]") -> dict[str, float]:
    """The median raw score of each industry: the mean of the one or two rows in its middle."""
    ranked = rows.order_by().annotate(
        twice=2 * Window(RowNumber(), partition_by="industry", order_by="raw_score"),
        total=Window(Count("pk"), partition_by="industry"),
    )
    middle: dict[str, list[float]] = {}
    for industry, raw in ranked.filter(
        twice__gte=F("total"), twice__lte=F("total") + 2
    ).values_list("industry", "raw_score"):
        middle.setdefault(industry, []).append(raw)
    return {name: round(sum(raws) / len(raws), DIGITS) for name, raws in middle.items()}
