"""Scores of customers."""

from django.db import models
from django.db.models import Q

from config.industries import INDUSTRY_LENGTH
from config.models import ScoringProfile
from sentiment_api.models.customer import Customer
from sentiment_api.models.revision import Revised, window_constraints


class ScoreState(models.TextChoices):
    """How far a score can be trusted."""

    SCORED = "scored", "scored"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence", "insufficient evidence"


def unit_interval(field: str) -> Q:
    """The field lies in [0, 1]."""
    return Q(**{f"{field}__gte": 0, f"{field}__lte": 1})


class SentimentScore(Revised):
    """The score of one customer in one window in which it sent reports.

    Everything the score rests on besides the counts is kept with it: the version of the
    profile, the industry and its baseline. `score_low` and `score_high` bound it (90 %).
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    industry = models.CharField(max_length=INDUSTRY_LENGTH)
    sentiment_score = models.FloatField()
    raw_score = models.FloatField(help_text="Before the industry's baseline is applied.")
    score_low = models.FloatField()
    score_high = models.FloatField()
    evidence = models.FloatField(help_text="Effective number of reports behind the score.")
    state = models.CharField(max_length=24, choices=ScoreState)
    calculation_method = models.CharField(max_length=48)
    baseline_score = models.FloatField(null=True, blank=True)
    profile = models.ForeignKey(
        ScoringProfile, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    fn_count = models.IntegerField("FN count")
    fp_count = models.IntegerField("FP count")

    class Meta:
        ordering = ["-window_start", "-job_id"]
        constraints = [
            *window_constraints("score"),
            models.CheckConstraint(
                condition=unit_interval("sentiment_score")
                & unit_interval("raw_score")
                & unit_interval("score_low")
                & unit_interval("score_high"),
                name="score_in_unit_interval",
            ),
            models.CheckConstraint(
                condition=Q(fn_count__gte=0, fp_count__gte=0), name="score_counts_not_negative"
            ),
            models.UniqueConstraint(
                fields=["customer", "window_start"],
                condition=Q(superseded_at=None),
                name="score_one_current",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "window_start"], name="score_by_customer"),
            models.Index(fields=["window_start", "job_id"], name="score_by_window"),
            models.Index(fields=["created_at", "job_id"], name="score_by_created"),
            models.Index(fields=["sentiment_score", "job_id"], name="score_by_score"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} at {self.window_start:%Y-%m-%d %H:%M}Z"
