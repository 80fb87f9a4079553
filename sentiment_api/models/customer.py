"""Customers as the source names them."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from config.industries import INDUSTRY_LENGTH, UNKNOWN_INDUSTRY

CUSTOMER_SINCE = Coalesce("source_created_at", "created_at")


class CustomerState(models.TextChoices):
    """What is known of a customer now: the state of its newest score, unless that is too old
    or there is none."""

    SCORED = "scored", "scored"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence", "insufficient evidence"
    STALE = "stale", "stale"
    NO_DATA = "no_data", "no data"


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Questions about customers."""

    def with_score_state(self, stale_at: datetime | None) -> Self:
        """Each customer with its `score_state`: a newest score whose window starts at
        `stale_at` or earlier is stale (None: none is)."""
        stale = [When(last_window_start__lte=stale_at, then=Value(CustomerState.STALE))]
        return self.annotate(
            score_state=Case(
                When(Q(current_state=None), then=Value(CustomerState.NO_DATA)),
                *(stale if stale_at else []),
                default=F("current_state"),
                output_field=models.CharField(),
            )
        )

    def with_customer_since(self) -> Self:
        """Each customer with `customer_since`: when the source made it, or, where the source does
        not say, when it was first read."""
        return self.annotate(customer_since=CUSTOMER_SINCE)


class Customer(models.Model):
    """A customer of the vendor. Written by the pipeline; people read it.

    `current_*` and `last_window_start` carry the newest score, `recent_*`, `before_*`,
    `dispersion` and `change*` how the reports of late differ from those before (over the
    `ComparedSpan`; see `jobs.change`), so that no order needs a scan.
    """

    customer_id = models.BigIntegerField(unique=True, help_text="The key in the source.")
    company_name = models.CharField(max_length=255)
    industry = models.CharField(max_length=INDUSTRY_LENGTH, default=UNKNOWN_INDUSTRY)
    contact_person = models.CharField(max_length=255, blank=True, default="")
    phone = models.CharField(max_length=50, blank=True, default="")
    address = models.TextField(blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    state = models.CharField(max_length=100, blank=True, default="")
    country = models.CharField(max_length=100, blank=True, default="")
    postal_code = models.CharField(max_length=20, blank=True, default="")
    source_created_at = models.DateTimeField(null=True, blank=True)
    source_updated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    is_placeholder = models.BooleanField(
        default=False, help_text="Known only from reports; the source has no such customer."
    )
    inactive_since = models.DateTimeField(
        null=True, blank=True, help_text="When the customer was first missing in the source."
    )
    current_score = models.ForeignKey(
        "sentiment_api.SentimentScore",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    current_sentiment = models.FloatField(null=True, blank=True)
    current_state = models.CharField(max_length=24, null=True, blank=True)
    last_window_start = models.DateTimeField(null=True, blank=True)
    recent_fn = models.IntegerField("recent FN", default=0)
    recent_fp = models.IntegerField("recent FP", default=0)
    before_fn = models.IntegerField("before FN", default=0)
    before_fp = models.IntegerField("before FP", default=0)
    dispersion = models.FloatField(
        default=1.0, help_text="How many reports tell as much as one independent one."
    )
    change = models.FloatField(null=True, blank=True)
    change_low = models.FloatField(null=True, blank=True)
    change_high = models.FloatField(null=True, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["company_name", "customer_id"]
        indexes = [
            models.Index(fields=["company_name", "customer_id"], name="customer_by_name"),
            models.Index(CUSTOMER_SINCE, "customer_id", name="customer_by_since"),
            models.Index(fields=["current_sentiment", "customer_id"], name="customer_by_sentiment"),
            models.Index(fields=["change_high", "customer_id"], name="customer_by_change"),
            models.Index(fields=["industry", "customer_id"], name="customer_by_industry"),
            models.Index(fields=["source_updated_at"], name="customer_by_source_change"),
        ]

    def __str__(self) -> str:
        return f"{self.company_name} ({self.customer_id})"
