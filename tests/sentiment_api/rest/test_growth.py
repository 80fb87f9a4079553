"""The same number of queries for one row and for 25."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from sentiment_api.models import Customer
from tests.factories import (
    ChangedCustomerFactory,
    ComparedSpanFactory,
    CustomerFactory,
    DatabaseConfigFactory,
    IndustryBaselineFactory,
    OverallSentimentFactory,
    ScoringProfileFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    hour,
)

pytestmark = pytest.mark.django_db


def grow(numbers: range) -> None:
    """One more row of everything for each number."""
    first = Customer.objects.filter(customer_id=1).first() or CustomerFactory.create(customer_id=1)
    for number in numbers:
        SentimentScoreFactory.create(customer=first, window_start=hour(number))
        SentimentScoreFactory.create(carried=True)
        SegmentSentimentFactory.create(window_start=hour(number))
        ChangedCustomerFactory.create(industry=f"Industry {number}")
        OverallSentimentFactory.create(window_start=hour(number))
        DatabaseConfigFactory.create()
        IndustryBaselineFactory.create()
        ScoringProfileFactory.create()


@pytest.mark.parametrize(
    "path",
    [
        "/api/customers/",
        "/api/customers/?ordering=getting_worse",
        "/api/customers/?search=a&ordering=-current_sentiment&score_state=scored",
        "/api/customers/1/sentiment_history/",
        "/api/sentiment/",
        "/api/sentiment/?customer=1",
        "/api/sentiment/?customer__industry=banking",
        "/api/sentiment/industries/",
        "/api/sentiment/industries/?ordering=getting_worse",
        "/api/sentiment/segment_analysis/?industry=banking",
        "/api/sentiment/overall_metrics/",
        "/api/config/database/",
        "/api/config/industry_baselines/",
        "/api/config/scoring_profiles/",
    ],
)
def test_queries_do_not_grow(staff: APIClient, path: str) -> None:
    def ask() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            answer: Any = staff.get(path)
        assert answer.status_code == 200
        return len(queries), len(answer.json()["results"])

    ComparedSpanFactory.create()
    grow(range(1))
    few, one = ask()
    grow(range(1, 25))
    many, all_of_them = ask()
    assert all_of_them >= 25 > one >= 1
    assert many == few
