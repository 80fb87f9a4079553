"""The ledger: every run of the pipeline is a row."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sentiment_api.identifiers import time_ordered_uuid

LOST_AFTER = timedelta(minutes=10)


class Trigger(models.TextChoices):
    """Who asked for a run."""

    SCHEDULE = "schedule", "schedule"
    COMMAND = "command", "run_pipeline"
    BACKFILL = "backfill", "backfill"
    ADMIN = "admin", "admin"
    PRUNE = "prune", "prune"


class RunStatus(models.TextChoices):
    """What became of a run. LOST is not stored: it is a run that stopped showing progress."""

    QUEUED = "queued", "queued"
    RUNNING = "running", "running"
    SUCCEEDED = "succeeded", "succeeded"
    FAILED = "failed", "failed"
    INTERRUPTED = "interrupted", "interrupted"
    LOST = "lost", "lost"


OPEN = (RunStatus.QUEUED, RunStatus.RUNNING)


class Reprocess(models.TextChoices):
    """Which windows of its range a backfill reads."""

    NONE = "none", "windows not covered yet"
    FAILED = "failed", "also windows whose last run failed"
    ALL = "all", "all windows, and compute everything again"


class PipelineRunQuerySet(models.QuerySet["PipelineRun"]):
    """Questions about runs."""

    def of_pipeline(self) -> Self:
        """Those that were to pass the four steps, whatever became of them. The ledger also keeps
        what deleted something, and backfills refused for their arguments, which have no range."""
        refused = Q(trigger=Trigger.BACKFILL, range_start=None)
        return self.exclude(Q(trigger=Trigger.PRUNE) | refused)


class PipelineRun(models.Model):
    """One passage of the four steps. Other rows refer to it by its UUID alone."""

    run_id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    trigger = models.CharField(max_length=16, choices=Trigger)
    status = models.CharField(max_length=16, choices=RunStatus, default=RunStatus.QUEUED)
    range_start = models.DateTimeField(null=True, blank=True)
    range_end = models.DateTimeField(null=True, blank=True)
    reprocess = models.CharField(max_length=8, choices=Reprocess, default=Reprocess.NONE)
    customer_ids = models.JSONField(
        default=list, blank=True, help_text="Only these customers of the source; empty: all."
    )
    whole_day = models.BooleanField(
        default=False, help_text="The first run of a day: reads all customers and 240 windows."
    )
    members = models.IntegerField(
        default=0, editable=False, help_text="Jobs that do a fanned out run together, and are left."
    )
    steps = models.JSONField(default=dict, blank=True)
    windows_planned = models.IntegerField(default=0)
    windows_done = models.IntegerField(default=0)
    rows_read = models.BigIntegerField(default=0)
    rows_written = models.BigIntegerField(default=0)
    rows_rejected = models.BigIntegerField(default=0)
    warnings = models.JSONField(default=list, blank=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    progress_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = PipelineRunQuerySet.as_manager()

    class Meta:
        verbose_name = "run"
        ordering = ["-run_id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(range_start=None, range_end=None)
                | Q(range_start__lte=models.F("range_end")),
                name="run_range_forward",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-created_at"], name="run_by_status"),
            models.Index(fields=["range_start", "range_end"], name="run_by_range"),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.created_at:%Y-%m-%d %H:%M}Z: {self.state}"

    @property
    def state(self) -> str:
        """The status as people should read it: an unfinished run without progress is lost."""
        if not self.ended and timezone.now() - self.progress_at > LOST_AFTER:
            return RunStatus.LOST
        return self.status

    @property
    def ended(self) -> bool:
        """Has it come to an end, good or bad?"""
        return self.status not in OPEN

    @property
    def can_be_stopped(self) -> bool:
        """Do jobs of the queue work on it that look, now and then, whether they still should?"""
        return self.trigger == Trigger.BACKFILL and self.members > 0 and not self.ended

    @property
    def what_went_wrong(self) -> str:
        """The error; for a lost run, what that means as well."""
        said = [self.error, self._what_lost_means if self.state == RunStatus.LOST else ""]
        return "; ".join(filter(None, said))

    @property
    def how_to_go_on(self) -> str:
        """What does the rest of a run that was cut short."""
        if self.trigger == Trigger.PRUNE:
            return "the same command goes on"
        if self.status == RunStatus.QUEUED:
            return "it had not begun"
        if self.trigger != Trigger.BACKFILL:
            return "the next run does what it left, or `manage.py run_pipeline` at once"
        if self.reprocess == Reprocess.ALL:
            return "the same command with --reprocess failed goes on"
        return "the same command goes on"

    @property
    def _what_lost_means(self) -> str:
        if self.status == RunStatus.QUEUED:
            return "no worker has begun it for 10 minutes; is one running?"
        return f"no sign of life for 10 minutes, so its process was killed; {self.how_to_go_on}"

    @property
    def duration(self) -> timedelta | None:
        """How long the run took; None while it is not finished."""
        if self.started_at is None or self.finished_at is None:
            return None
        return self.finished_at - self.started_at
