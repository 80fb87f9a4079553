"""What all results have in common: one clock hour, and revisions instead of edits."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q
from django.utils import timezone

from sentiment_api.identifiers import time_ordered_uuid


class HourAfter(Func):
    """The instant one hour after a timestamp, in functions a CHECK constraint may use."""

    output_field = models.DateTimeField()

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="datetime(%(expressions)s, '+1 hour')", **context
        )

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="(%(expressions)s + interval '1 hour')", **context
        )


class HourFloor(Func):
    """The full hour at or before a timestamp, in functions a CHECK constraint may use."""

    output_field = models.DateTimeField()

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="strftime('%%%%Y-%%%%m-%%%%d %%%%H:00:00', %(expressions)s)",
            **context,
        )

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(
            compiler, connection, template="date_trunc('hour', %(expressions)s, 'UTC')", **context
        )


class EpochHour(Func):
    """A timestamp as whole hours since 1970-01-01 UTC: how the pipeline counts windows."""

    output_field = models.BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="(CAST(strftime('%%%%s', %(expressions)s) AS INTEGER) / 3600)",
            **context,
        )

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(
            compiler,
            connection,
            template="floor(EXTRACT(EPOCH FROM %(expressions)s) / 3600)::bigint",
            **context,
        )


class RevisedQuerySet(models.QuerySet[Any]):
    """Questions that every table of results answers."""

    def current(self) -> Self:
        """The newest revision of each result."""
        return self.filter(superseded_at=None)

    def as_of(self, instant: datetime) -> Self:
        """What was current at that instant."""
        return self.filter(created_at__lte=instant).exclude(superseded_at__lte=instant)

    def in_range(self, start: datetime | None = None, end: datetime | None = None) -> Self:
        """Windows with `start <= window_start` and `window_end <= end`."""
        rows = self
        if start is not None:
            rows = rows.filter(window_start__gte=start)
        if end is not None:
            rows = rows.filter(window_end__lte=end)
        return rows


def window_constraints(prefix: str) -> list[models.CheckConstraint]:
    """A window is one clock hour in UTC."""
    return [
        models.CheckConstraint(
            condition=Q(window_start=HourFloor(F("window_start"))),
            name=f"{prefix}_window_on_the_hour",
            violation_error_message="A window starts on the hour.",
        ),
        models.CheckConstraint(
            condition=Q(window_end=HourAfter(F("window_start"))),
            name=f"{prefix}_window_one_hour",
            violation_error_message="A window is one hour long.",
        ),
    ]


class Revised(models.Model):
    """A result for one window. Rows are never edited: a changed result is a new row with
    `revision` + 1, and the old one gets `superseded_at` = the new one's `created_at`."""

    job_id = models.UUIDField(primary_key=True, default=time_ordered_uuid, editable=False)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    run_id = models.UUIDField(null=True, editable=False, help_text="The run that wrote this row.")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = RevisedQuerySet.as_manager()

    class Meta:
        abstract = True
