"""The version of the data."""

from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from config.models import IndustryBaseline

_ROW = 1


class DataVersion(models.Model):
    """One row: a number that rises with every change of an answer. See `sentiment_api.version`."""

    number = models.BigIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="data_version_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def rise(cls) -> None:
        """Raise the number by one."""
        if not cls.objects.filter(pk=_ROW).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=_ROW, defaults={"number": 0})
            cls.objects.filter(pk=_ROW).update(number=F("number") + 1)


@receiver([post_save, post_delete], sender=IndustryBaseline)
def _show_new_baseline(**_: Any) -> None:
    """Industries are answered with their baselines, whoever edits them."""
    DataVersion.rise()
