"""What would be a fitting baseline for each industry, by its own history."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, F, Max, QuerySet, Window
from django.db.models.functions import RowNumber

from config.industries import industry_key
from config.models import IndustryBaseline
from jobs.models import Window as CoveredWindow
from sentiment_api.models import Customer, ScoreState, SentimentScore

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
    newest = CoveredWindow.objects.aggregate(newest=Max("window_end"))["newest"]
    rows = SentimentScore.objects.current().filter(state=ScoreState.SCORED)
    rows = rows.filter(window_start__gte=newest - timedelta(days=days)) if newest else rows.none()
    counted = {
        row["industry"]: (row["scores"], row["customers"])
        for row in rows.order_by()
        .values("industry")
        .annotate(scores=Count("pk"), customers=Count("customer", distinct=True))
    }
    medians = _medians(rows)
    names: dict[str, str] = {}
    # Two spellings of one industry can only be left from before it had a baseline; the one with
    # the most scores speaks for it.
    for industry in sorted(counted, key=lambda name: counted[name]):
        names[industry_key(industry)] = industry
    customers = {
        industry_key(industry): (industry, count)
        for industry, count in Customer.objects.filter(inactive_since=None)
        .order_by()
        .values_list("industry")
        .annotate(count=Count("pk"))
    }
    baselines = {
        industry_key(industry): (industry, score)
        for industry, score in IndustryBaseline.objects.values_list("industry", "baseline_score")
    }
    found = []
    for key in {*names, *customers, *baselines}:
        scored = names.get(key, "")
        scores, scored_customers = counted.get(scored, (0, 0))
        shown = baselines.get(key) or customers.get(key) or (scored, 0)
        found.append(
            Suggestion(
                industry=shown[0],
                customers=customers.get(key, ("", 0))[1],
                baseline=baselines[key][1] if key in baselines else None,
                median=medians.get(scored),
                scores=scores,
                scored_customers=scored_customers,
            )
        )
    return sorted(found, key=lambda one: industry_key(one.industry))


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
