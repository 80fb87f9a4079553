"""Builders of local rows (factory-boy)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from jobs.clock import to_hour
from jobs.models import OwedScore, PipelineRun, RunStatus, Trigger, Window
from jobs.row_keys import HOURS
from sentiment_api.models import (
    ComparedSpan,
    Customer,
    OverallSentiment,
    ScoreState,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)

FIRST_WINDOW = datetime(2026, 1, 5, tzinfo=UTC)


def hour(number: int) -> datetime:
    """The start of the n-th window after FIRST_WINDOW."""
    return FIRST_WINDOW + timedelta(hours=number)


class CustomerFactory(DjangoModelFactory[Customer]):
    """A customer without scores."""

    class Meta:
        model = Customer

    customer_id = factory.Sequence(lambda n: n + 1)
    company_name = factory.LazyAttribute(lambda row: f"Company {row.customer_id:04d}")
    industry = "Banking"


class ChangedCustomerFactory(CustomerFactory):
    """A customer that carries a change: 8 of 10 reports were FN before, 2 of 10 recent ones."""

    recent_fn = 2
    recent_fp = 8
    before_fn = 8
    before_fp = 2
    change = -0.6
    change_low = -0.8
    change_high = -0.2


class ComparedSpanFactory(DjangoModelFactory[ComparedSpan]):
    """What changes are over: up to the end of the 240th window."""

    class Meta:
        model = ComparedSpan
        django_get_or_create = ("id",)

    id = 1
    before_start = hour(0)
    recent_start = hour(216)
    recent_end = hour(240)


class _InWindow(DjangoModelFactory[Any]):
    """A row of one window."""

    class Meta:
        abstract = True

    window_start = FIRST_WINDOW
    window_end = factory.LazyAttribute(lambda row: row.window_start + timedelta(hours=1))


class WindowFactory(_InWindow):
    """A complete window."""

    class Meta:
        model = Window

    read_at = factory.LazyAttribute(lambda row: row.window_end)
    covered_at = factory.LazyAttribute(lambda row: row.window_end)
    segments_owed = False
    totals_owed = False


class SyncJobFactory(_InWindow):
    """Counts whose score is computed; with `owed=True` it still is to be."""

    class Meta:
        model = SyncJob
        skip_postgeneration_save = True

    customer = factory.SubFactory(CustomerFactory)
    fn_count = 8
    fp_count = 2
    read_at = factory.LazyAttribute(lambda row: row.window_end)

    @factory.post_generation
    def owed(self: Any, _create: bool, extracted: bool, **_kwargs: Any) -> None:
        """Mark the score of these counts."""
        if extracted:
            key = self.customer.pk * HOURS + to_hour(self.window_start)
            OwedScore.objects.create(key=key)


class SentimentScoreFactory(_InWindow):
    """A score, as the simple ratio of its counts; `carried=True` makes it the customer's
    current one."""

    class Meta:
        model = SentimentScore
        skip_postgeneration_save = True

    customer = factory.SubFactory(CustomerFactory)
    industry = factory.LazyAttribute(lambda row: row.customer.industry)
    fn_count = 8
    fp_count = 2
    sentiment_score = factory.LazyAttribute(
        lambda row: row.fn_count / ((row.fn_count + row.fp_count) or 1)
    )
    raw_score = factory.LazyAttribute(lambda row: row.sentiment_score)
    score_low = factory.LazyAttribute(lambda row: max(0.0, row.sentiment_score - 0.1))
    score_high = factory.LazyAttribute(lambda row: min(1.0, row.sentiment_score + 0.1))
    evidence = factory.LazyAttribute(lambda row: float(row.fn_count + row.fp_count))
    state = ScoreState.SCORED
    calculation_method = "simple_ratio"
    profile = factory.LazyFunction(ScoringProfile.active)

    @factory.post_generation
    def carried(self: Any, _create: bool, extracted: bool, **_kwargs: Any) -> None:
        """Let the customer carry this score."""
        if extracted:
            Customer.objects.filter(pk=self.customer.pk).update(
                current_score=self,
                current_sentiment=self.sentiment_score,
                current_state=self.state,
                last_window_start=self.window_start,
            )


class _AggregateFactory(_InWindow):
    class Meta:
        abstract = True

    total_customers = 1
    avg_sentiment_score = 0.8
    avg_raw_score = 0.8
    total_fn_count = 8
    total_fp_count = 2
    standing_customers = 1
    standing_sentiment_score = 0.8
    standing_low = 0.7
    standing_high = 0.9


class SegmentSentimentFactory(_AggregateFactory):
    """An industry in a window."""

    class Meta:
        model = SegmentSentiment

    industry = "Banking"


class OverallSentimentFactory(_AggregateFactory):
    """The product in a window."""

    class Meta:
        model = OverallSentiment


class IndustryBaselineFactory(DjangoModelFactory[IndustryBaseline]):
    """A baseline."""

    class Meta:
        model = IndustryBaseline

    industry = factory.Sequence(lambda n: f"Industry {n}")
    baseline_score = 0.6


class DatabaseConfigFactory(DjangoModelFactory[DatabaseConfig]):
    """A connection that is not active and leads nowhere."""

    class Meta:
        model = DatabaseConfig

    name = factory.Sequence(lambda n: f"connection {n}")
    host = "127.0.0.1"
    port = 1
    username = "reader"
    password = "a secret that no answer shows"
    connect_timeout = 1


class ScoringProfileFactory(DjangoModelFactory[ScoringProfile]):
    """A version that is not active."""

    class Meta:
        model = ScoringProfile


class PipelineRunFactory(DjangoModelFactory[PipelineRun]):
    """A run that succeeded."""

    class Meta:
        model = PipelineRun

    trigger = Trigger.SCHEDULE
    status = RunStatus.SUCCEEDED
    range_start = FIRST_WINDOW
    range_end = FIRST_WINDOW + timedelta(hours=1)
