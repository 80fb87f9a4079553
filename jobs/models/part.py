"""Parts of a run that several workers do together."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone

from jobs.models.run import PipelineRun

TAKE_OVER_AFTER = timedelta(seconds=30)
"""Whoever has shown no progress with a part for so long may be dead."""


class Work(models.TextChoices):
    """What is to be done in a part."""

    CUSTOMERS = "customers", "read the customers"
    COUNTS = "counts", "read the counts of a range"
    CHANGES = "changes", "let customers carry how they change"


class RunPartQuerySet(models.QuerySet["RunPart"]):
    """Questions about parts."""

    def undone(self, work: Work) -> Self:
        """Parts of a kind that are still to be done."""
        return self.filter(work=work, done_at=None)

    def take(self, work: Work, member: UUID) -> "RunPart | None":
        """The first part of a kind that nobody does, now this member's; None when there is none.

        It is a hint that spares others the same work, no more: a part done twice ends in the same
        rows.
        """
        now = timezone.now()
        # One that was taken may be waited for, by a slow source.
        new_first = Case(When(taken_by=None, then=0), default=1)
        free = Q(taken_by=None) | Q(progress_at__lt=now - TAKE_OVER_AFTER)
        for part in self.undone(work).filter(free).order_by(new_first, "range_start"):
            mine = self.filter(free, pk=part.pk, done_at=None)
            if mine.update(taken_by=member, progress_at=now):
                return part
        return None

    def give_back(self, part: "RunPart", member: UUID) -> None:
        """A part that this member could not do: the next one need not wait for it."""
        self.filter(pk=part.pk, taken_by=member, done_at=None).update(taken_by=None)


class RunPart(models.Model):
    """A part of a run that fans out, until the run has ended well."""

    run = models.ForeignKey(PipelineRun, on_delete=models.CASCADE, related_name="parts")
    work = models.CharField(max_length=16, choices=Work)
    range_start = models.DateTimeField(null=True)
    range_end = models.DateTimeField(null=True)
    reports = models.IntegerField(default=0)
    taken_by = models.UUIDField(null=True, help_text="The member of the crew that does it.")
    progress_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    objects = RunPartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(work=Work.COUNTS, range_start__lt=models.F("range_end"))
                | (~Q(work=Work.COUNTS) & Q(range_start=None, range_end=None)),
                name="run_part_has_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work} of {self.run_id}"
