"""Scores that are still to be computed."""

from typing import Self

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F

from jobs.row_keys import HOURS

_HOUR = F("key") % HOURS


class RowKeyField(models.BigIntegerField[int, int]):
    """A number that SQLite takes for its row id: the table is its own index."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class OwedScoreQuerySet(models.QuerySet["OwedScore"]):
    """Questions about what is owed."""

    def hours(self) -> models.QuerySet["OwedScore", int]:
        """The windows in which a score is owed, as hours since 1970."""
        return self.annotate(hour=_HOUR).values_list("hour", flat=True).distinct()

    def within(self, hours: range) -> Self:
        """Those of a range of windows."""
        return self.alias(hour=_HOUR).filter(hour__gte=hours.start, hour__lt=hours.stop)


class OwedScore(models.Model):
    """A mark: the score of a customer (by local key) and a window, which `jobs.row_keys` makes
    one number, is still to be computed. Rising keys are one customer after the other."""

    key = RowKeyField(primary_key=True)

    objects = OwedScoreQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.key // HOURS} at hour {self.key % HOURS}"
