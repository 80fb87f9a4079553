"""Rows without models answer what models would answer."""

from itertools import permutations
from typing import Any

import pytest
from django.db.models import Model

from sentiment_api.graphql import reading
from sentiment_api.graphql.types import (
    CustomerType,
    OverallSentimentType,
    SegmentSentimentType,
    SentimentScoreType,
)
from sentiment_api.models import Customer
from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask

pytestmark = pytest.mark.django_db

_RESULT = "id jobId windowStart windowEnd createdAt revision supersededAt __typename"
_AGGREGATE = (
    f"{_RESULT} totalCustomers avgSentimentScore avgRawScore totalFnCount totalFpCount"
    " standingCustomers standingSentimentScore standingLow standingHigh"
)
_SCORE = (
    f"{_RESULT} customerId companyName state industry sentimentScore rawScore scoreLow scoreHigh"
    " evidence calculationMethod baselineScore fnCount fpCount"
)
_CUSTOMER = (
    "id customerId name: companyName industry city state country isPlaceholder currentSentiment"
    " createdAt updatedAt inactiveSince lastWindowStart scoreState"
    " change { difference significant recent { start fnCount } before { end fpCount } }"
)
_PAGE = "totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor"
_FRAGMENT = f" fragment Score on SentimentScoreType {{ {_SCORE} }}"
_WITH_SCORE = (
    f"{_CUSTOMER} ... on CustomerType {{ currentScore {{ ...Score customer {{ companyName"
    " currentScore { jobId } } } }"
)
CASES: dict[str, tuple[str, Any, str]] = {
    "customers": (
        f"{{ customers(first: 2) {{ {_PAGE} node {{ {_WITH_SCORE} }} }} }} }}{_FRAGMENT}",
        CustomerType,
        "company_name",
    ),
    "the last customers": (
        f"{{ customers(last: 2, orderBy: CREATED_AT) {{ {_PAGE} node {{ industry }} }} }} }}",
        CustomerType,
        "industry",
    ),
    "scores": (
        f"{{ sentimentScores(first: 2) {{ {_PAGE} node {{ ...Score customer {{ customerId"
        f" currentSentiment }} }} }} }} }}{_FRAGMENT}",
        SentimentScoreType,
        "industry",
    ),
    "a history": (
        f'{{ customerSentimentHistory(customerId: "1") {{ ...Score }} }}{_FRAGMENT}',
        SentimentScoreType,
        "industry",
    ),
    "segments": (
        f"{{ segmentSentiments {{ {_PAGE} node {{ {_AGGREGATE} industry }} }} }} }}",
        SegmentSentimentType,
        "industry",
    ),
    "a comparison": (
        f"{{ industrySentimentComparison {{ {_AGGREGATE} industry }} }}",
        SegmentSentimentType,
        "industry",
    ),
    "trends": (
        f"{{ sentimentTrends {{ {_AGGREGATE} }} }}",
        OverallSentimentType,
        "window_start",
    ),
}


@pytest.fixture(autouse=True)
def _rows() -> None:
    """Customers with and without a score, and all kinds of results; some values are null."""
    factories.ComparedSpanFactory.create()
    for number in (1, 2):
        customer = factories.ChangedCustomerFactory.create(customer_id=number)
        factories.SentimentScoreFactory.create(
            customer=customer, window_start=hour(number), carried=True
        )
        factories.SegmentSentimentFactory.create(
            window_start=hour(number), avg_sentiment_score=None
        )
        factories.OverallSentimentFactory.create(window_start=hour(number))
        factories.WindowFactory.create(window_start=hour(number))
    factories.CustomerFactory.create(
        customer_id=3, source_created_at="2020-02-02T02:02:02.123456Z", inactive_since=hour(3)
    )


@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_that_of_models(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no model is made for it."""
    query, type_, field = CASES[case]
    made: list[type[Model]] = []
    real = Model.from_db.__func__  # type: ignore[attr-defined]

    def noted(cls: type[Model], *args: Any) -> Model:
        made.append(cls)
        row: Model = real(cls, *args)
        return row

    monkeypatch.setattr(Model, "from_db", classmethod(noted))
    without = ask(query)
    # A customer is looked for by its id before its history is read.
    assert made.count(type_._meta.model) == 0
    monkeypatch.setattr(type_, "whole", (field,))
    assert ask(query) == without
    assert made.count(type_._meta.model) >= 1


def test_whole_models_are_read_where_a_field_needs_them() -> None:
    query = "{ customers { edges { node { customerId %s } } } }"
    few = ask(query % "")["customers"]["edges"]
    whole = ask(query % "reportsLast24Hours recentScores { customerId }")["customers"]["edges"]
    assert [one["node"]["customerId"] for one in whole] == [
        one["node"]["customerId"] for one in few
    ]
    assert [len(one["node"]["recentScores"]) for one in whole] == [1, 1, 0]


def test_an_earlier_score_is_no_row_that_could_be_joined() -> None:
    query = "{ customers { edges { node { currentScore(asOf: %s) { jobId } } } } }"
    rows = ask(query % '"2020-01-01"')["customers"]["edges"]
    assert [one["node"]["currentScore"] for one in rows] == [None] * Customer.objects.count()


def test_who_asks_for_fields_in_many_orders_fills_no_memory() -> None:
    factories.CustomerFactory()
    kept = reading._shape.cache_info()
    for fields in permutations(("city", "country", "state", "industry")):
        assert "errors" not in ask(
            f"{{ customers {{ edges {{ node {{ {' '.join(fields)} }} }} }} }}"
        )
    assert reading._shape.cache_info().currsize <= kept.currsize + 1
    assert kept.maxsize is not None
