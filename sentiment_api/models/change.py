"""What is compared when it is asked whether customers change."""

from typing import Self

from django.db import models


class ComparedSpan(models.Model):
    """One row: the periods that the customers' `recent_*` and `before_*` count, half open, and
    the slope of the raw score over the share of FN. Written with them, so that they fit together.
    """

    before_start = models.DateTimeField(null=True)
    recent_start = models.DateTimeField(null=True)
    recent_end = models.DateTimeField(null=True, help_text="Null: nothing is covered.")
    slope = models.FloatField(default=1.0)
    data_version = models.BigIntegerField(
        null=True, help_text="The version of the data that they were counted at."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="compared_span_one_row")
        ]

    def __str__(self) -> str:
        return f"{self.before_start} - {self.recent_start} - {self.recent_end}"

    @classmethod
    def current(cls) -> Self:
        """The row, empty before anything is compared."""
        return cls.objects.first() or cls(pk=1)
