"""The version of the data."""

from django.db import models


class DataVersion(models.Model):
    """One row: a number that rises with every change of an answer. See `sentiment_api.version`."""

    number = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="data_version_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)
