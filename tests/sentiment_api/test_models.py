"""What the database itself guarantees, and which reads an index serves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from tests.factories import (
    CustomerFactory,
    DatabaseConfigFactory,
    IndustryBaselineFactory,
    OverallSentimentFactory,
    ScoringProfileFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db

IN_WINDOWS = [
    WindowFactory,
    SyncJobFactory,
    SentimentScoreFactory,
    SegmentSentimentFactory,
    OverallSentimentFactory,
]


def refused(make: Callable[..., Any], **values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**values)


@pytest.mark.parametrize("make", IN_WINDOWS)
def test_a_window_is_one_full_hour(make: Callable[..., Any]) -> None:
    make()
    half_past = hour(1) + timedelta(minutes=30)
    refused(make, window_start=half_past)
    refused(make, window_start=hour(2), window_end=hour(4))
    refused(make, window_start=hour(2) + timedelta(microseconds=1))


@pytest.mark.parametrize("make", [SyncJobFactory, SentimentScoreFactory])
def test_one_current_row_for_a_customer_and_window(make: Callable[..., Any]) -> None:
    customer = make().customer
    refused(make, customer=customer)
    make(customer=customer, window_start=hour(1))
    make(customer=customer, superseded_at=timezone.now())


@pytest.mark.parametrize("make", [SegmentSentimentFactory, OverallSentimentFactory])
def test_one_current_aggregate_for_a_window(make: Callable[..., Any]) -> None:
    make()
    refused(make)
    make(superseded_at=timezone.now())


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (SyncJobFactory, {"fn_count": -1}),
        (SyncJobFactory, {"fp_count": -1}),
        (SentimentScoreFactory, {"sentiment_score": 1.01, "score_high": 1}),
        (SentimentScoreFactory, {"score_low": -0.01}),
        (SentimentScoreFactory, {"fp_count": -2, "sentiment_score": 0.5}),
        (SegmentSentimentFactory, {"total_customers": -1}),
        (OverallSentimentFactory, {"total_fn_count": -1}),
        (WindowFactory, {"rejected": -1}),
        (IndustryBaselineFactory, {"baseline_score": 0}),
        (IndustryBaselineFactory, {"baseline_score": 1.1}),
        (IndustryBaselineFactory, {"baseline_score": -0.2}),
        (ScoringProfileFactory, {"decay_factor": 0}),
        (ScoringProfileFactory, {"trend_weight": 2}),
        (ScoringProfileFactory, {"history_windows": 0}),
        (ScoringProfileFactory, {"attention_below": 0.8, "healthy_above": 0.7}),
        (ScoringProfileFactory, {"is_active": True}),
        (DatabaseConfigFactory, {"port": 0}),
    ],
)
def test_values_out_of_range_are_refused(make: Callable[..., Any], values: dict[str, Any]) -> None:
    refused(make, **values)


def test_one_active_connection() -> None:
    DatabaseConfigFactory(is_active=True)
    DatabaseConfigFactory(is_active=False)
    refused(DatabaseConfigFactory, is_active=True)


def test_a_customer_of_the_source_is_one_here() -> None:
    CustomerFactory(customer_id=4)
    refused(CustomerFactory, customer_id=4)


def test_an_industry_has_one_baseline_whatever_its_case() -> None:
    IndustryBaselineFactory(industry="Energy")
    refused(IndustryBaselineFactory, industry="ENERGY")


def test_history_does_not_go_with_its_customer() -> None:
    customer = SentimentScoreFactory().customer
    with pytest.raises(models.ProtectedError):
        customer.delete()


def test_source_dates_may_be_missing_and_local_ones_are_now() -> None:
    customer = CustomerFactory()
    assert (customer.source_created_at, customer.source_updated_at) == (None, None)
    assert timezone.now() - customer.created_at < timedelta(minutes=1)


def test_starting_baselines_may_be_loaded_twice() -> None:
    for _ in range(2):
        call_command("loaddata", "initial_industry_baselines", verbosity=0)
    assert IndustryBaseline.objects.count() == 10


def test_there_is_an_active_profile_with_the_defaults() -> None:
    profile = ScoringProfile.active()
    assert (profile.version, profile.base_method, profile.decay_factor) == (
        1,
        "weighted_average",
        0.9,
    )
    assert (profile.history_windows, profile.max_age_hours) == (10, 240)
    assert (profile.trend_adjusted, profile.trend_weight) == (False, 0.2)
    assert (profile.industry_normalized, profile.min_evidence) == (True, 5)
    assert (profile.attention_below, profile.healthy_above) == (0.4, 0.7)


def test_the_first_connection_comes_from_the_environment(settings: Any) -> None:
    settings.SOURCE_DB = settings.SOURCE_DB | {"host": "db.example", "password": "pw"}
    config = DatabaseConfig.active()
    assert (config.address, config.password.reveal()) == ("db.example:9876/email_security", "pw")
    settings.SOURCE_DB = settings.SOURCE_DB | {"host": "other.example"}
    assert DatabaseConfig.active() == config
    assert "pw" not in repr(config.__dict__)


def test_as_of_gives_what_was_current_then() -> None:
    first, second = hour(5), hour(7)
    customer = CustomerFactory()
    SentimentScoreFactory(customer=customer, created_at=first, superseded_at=second)
    SentimentScoreFactory(customer=customer, created_at=second, revision=2)
    known = {
        moment: list(SentimentScore.objects.as_of(moment).values_list("revision", flat=True))
        for moment in (hour(4), first, hour(6), second, hour(9))
    }
    assert known == {hour(4): [], first: [1], hour(6): [1], second: [2], hour(9): [2]}


START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 8, tzinfo=UTC)
SCORES, CURRENT = SentimentScore.objects, SentimentScore.objects.current()
OF_CUSTOMER = {"score_one_current", "score_by_customer"}
READS: dict[str, tuple[models.QuerySet[Any], set[str]]] = {
    "customer and window": (
        CURRENT.filter(customer=1, window_start__gte=START).order_by("window_start"),
        OF_CUSTOMER,
    ),
    "newest score of a customer": (
        CURRENT.filter(customer=1).order_by("-window_start")[:1],
        OF_CUSTOMER,
    ),
    "history of a customer as of a time": (
        SCORES.as_of(END).filter(customer=1).order_by("window_start"),
        {"score_by_customer"},
    ),
    "window range": (
        CURRENT.in_range(START, END).order_by("-window_start", "-job_id")[:50],
        {"score_by_window"},
    ),
    "window range as of a time": (
        SCORES.as_of(END).in_range(START, END).order_by("-window_start", "-job_id")[:50],
        {"score_by_window"},
    ),
    "created": (SCORES.order_by("-created_at", "-job_id")[:50], {"score_by_created"}),
    "score": (SCORES.order_by("sentiment_score", "job_id")[:50], {"score_by_score"}),
    "counts of a customer": (
        SyncJob.objects.current().filter(customer=1, window_start__lte=END),
        {"counts_one_current", "counts_by_customer"},
    ),
    "industry": (
        SegmentSentiment.objects.filter(industry="Banking").order_by("-window_start")[:50],
        {"segment_by_industry"},
    ),
    "segments of a range": (
        SegmentSentiment.objects.current().in_range(START, END),
        {"segment_one_current", "segment_by_window"},
    ),
    "overall range as of a time": (
        OverallSentiment.objects.as_of(END).filter(window_start__gte=START, window_start__lt=END),
        {"overall_by_window"},
    ),
    "worst first": (
        Customer.objects.filter(current_sentiment__isnull=False).order_by(
            "current_sentiment", "customer_id"
        )[:50],
        {"customer_by_sentiment"},
    ),
    "by name": (
        Customer.objects.order_by("company_name", "customer_id")[:50],
        {"customer_by_name"},
    ),
}


@pytest.mark.parametrize("read", READS)
def test_the_reads_of_the_design_use_an_index(read: str) -> None:
    rows, indexes = READS[read]
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET LOCAL enable_seqscan = off")
            connection.cursor().execute("SET LOCAL enable_sort = off")
        plan = rows.explain()
    if connection.vendor == "postgresql":
        # On tables without rows PostgreSQL may take any index; a whole scan would be wrong.
        assert "Seq Scan" not in plan
    else:
        assert any(index in plan for index in indexes), plan
