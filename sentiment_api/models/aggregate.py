"""Sentiment of industries and of the whole product."""

from django.db import models
from django.db.models import Q

from config.industries import INDUSTRY_LENGTH
from sentiment_api.models.revision import Revised, window_constraints


class Aggregate(Revised):
    """Means over customers in one window.

    `avg_*` and `total_*` are over the customers with a score row in the window; `standing_*`
    over every active customer's newest score, which may be older.
    """

    total_customers = models.IntegerField(default=0)
    avg_sentiment_score = models.FloatField(null=True, blank=True)
    avg_raw_score = models.FloatField(null=True, blank=True)
    total_fn_count = models.IntegerField("total FN count", default=0)
    total_fp_count = models.IntegerField("total FP count", default=0)
    standing_customers = models.IntegerField(default=0)
    standing_sentiment_score = models.FloatField(null=True, blank=True)
    standing_low = models.FloatField(null=True, blank=True)
    standing_high = models.FloatField(null=True, blank=True)

    class Meta:
        abstract = True


def aggregate_constraints(prefix: str) -> list[models.BaseConstraint]:
    """What the database itself guarantees of an aggregate row."""
    return [
        *window_constraints(prefix),
        models.CheckConstraint(
            condition=Q(
                total_customers__gte=0,
                total_fn_count__gte=0,
                total_fp_count__gte=0,
                standing_customers__gte=0,
            ),
            name=f"{prefix}_counts_not_negative",
        ),
    ]


class SegmentSentiment(Aggregate):
    """Sentiment of one industry in one window."""

    industry = models.CharField(max_length=INDUSTRY_LENGTH)

    class Meta:
        ordering = ["-window_start", "industry"]
        constraints = [
            *aggregate_constraints("segment"),
            models.UniqueConstraint(
                fields=["window_start", "industry"],
                condition=Q(superseded_at=None),
                name="segment_one_current",
            ),
        ]
        indexes = [
            models.Index(fields=["industry", "window_start"], name="segment_by_industry"),
            models.Index(fields=["window_start", "industry"], name="segment_by_window"),
        ]

    def __str__(self) -> str:
        return f"{self.industry} at {self.window_start:%Y-%m-%d %H:%M}Z"


class OverallSentiment(Aggregate):
    """Sentiment of the whole product in one window; every covered window has one."""

    class Meta:
        ordering = ["-window_start"]
        constraints = [
            *aggregate_constraints("overall"),
            models.UniqueConstraint(
                fields=["window_start"],
                condition=Q(superseded_at=None),
                name="overall_one_current",
            ),
        ]
        indexes = [
            models.Index(fields=["window_start"], name="overall_by_window"),
        ]

    def __str__(self) -> str:
        return f"{self.window_start:%Y-%m-%d %H:%M}Z"
