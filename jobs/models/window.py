"""Windows of time that were read from the source."""

from typing import Self

from django.db import models
from django.db.models import Q

from jobs.models.owed_score import OwedScore
from sentiment_api.models.revision import EpochHour, window_constraints


class WindowQuerySet(models.QuerySet["Window"]):
    """Questions about windows."""

    def owing(self) -> Self:
        """Windows with anything still to be computed."""
        return self._numbered().filter(
            Q(segments_owed=True) | Q(totals_owed=True) | Q(hour__in=OwedScore.objects.hours())
        )

    def complete(self) -> Self:
        """Covered windows that owe nothing."""
        return (
            self._numbered()
            .filter(segments_owed=False, totals_owed=False)
            .exclude(hour__in=OwedScore.objects.hours())
        )

    def with_owed_scores(self) -> Self:
        """Windows, each with `scores_owed`: is a score in it still to be computed?"""
        return self._numbered().annotate(scores_owed=Q(hour__in=OwedScore.objects.hours()))

    def _numbered(self) -> Self:
        return self.alias(hour=EpochHour("window_start"))


class Window(models.Model):
    """A covered window: one clock hour in UTC that was read from the source, reports or not."""

    window_start = models.DateTimeField(primary_key=True)
    window_end = models.DateTimeField()
    read_at = models.DateTimeField(help_text="When it was last read, by the source's own clock.")
    stored_at = models.DateTimeField(
        null=True, help_text="When that reading was stored, by our clock."
    )
    covered_at = models.DateTimeField(help_text="When it was first read.")
    reports = models.IntegerField(default=0, help_text="FN and FP reports in the last reading.")
    rejected = models.IntegerField(default=0, help_text="Rows that could not be counted.")
    segments_owed = models.BooleanField(default=True)
    totals_owed = models.BooleanField(default=True)

    objects = WindowQuerySet.as_manager()

    class Meta:
        ordering = ["-window_start"]
        constraints = [
            *window_constraints("window"),
            models.CheckConstraint(
                condition=Q(reports__gte=0, rejected__gte=0), name="window_counts_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["window_start"],
                condition=Q(segments_owed=True),
                name="window_owes_segments",
            ),
            models.Index(
                fields=["window_start"], condition=Q(totals_owed=True), name="window_owes_totals"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window_start:%Y-%m-%d %H:%M}Z"
