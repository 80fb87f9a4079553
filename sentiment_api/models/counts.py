"""Counts of reports, as read from the source."""

from django.db import models
from django.db.models import Q

from sentiment_api.models.customer import Customer
from sentiment_api.models.revision import Revised, window_constraints


class SyncJob(Revised):
    """How many reports of each kind one customer sent in one window.

    A row without reports stands only where an earlier revision had some.
    """

    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    fn_count = models.IntegerField("FN count", help_text="Bad mails let through.")
    fp_count = models.IntegerField("FP count", help_text="Good mails blocked.")
    read_at = models.DateTimeField(help_text="When the source was read, by its own clock.")

    class Meta:
        verbose_name = "count of reports"
        verbose_name_plural = "counts of reports"
        ordering = ["-window_start", "-job_id"]
        constraints = [
            *window_constraints("counts"),
            models.CheckConstraint(
                condition=Q(fn_count__gte=0, fp_count__gte=0), name="counts_not_negative"
            ),
            models.UniqueConstraint(
                fields=["customer", "window_start"],
                condition=Q(superseded_at=None),
                name="counts_one_current",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "window_start"], name="counts_by_customer"),
            models.Index(fields=["window_start", "job_id"], name="counts_by_window"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} at {self.window_start:%Y-%m-%d %H:%M}Z"
