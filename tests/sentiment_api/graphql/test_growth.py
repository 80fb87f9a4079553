"""The number of queries does not grow with the number of parents."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sentiment_api.graphql.schema import schema
from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask

SCORE = "sentimentScore customerId companyName windowStart"
NESTED = {
    "currentScore": f"currentScore {{ {SCORE} }}",
    "recentScores": f"recentScores(last: 3) {{ {SCORE} }}",
    "reportsLast24Hours": "reportsLast24Hours",
    "scoreState": "scoreState",
    "change": "change { difference recent { fnCount } }",
    "customer of a score": "recentScores(last: 2) { customer { companyName scoreState"
    f" currentScore {{ {SCORE} }} }} }}",
    "twice with other sizes": "a: recentScores(last: 1) { id } b: recentScores(last: 2) { id }",
}
SHAPES = {
    **{
        f"customers, {name}": f"{{ customers {{ edges {{ node {{ {inner} }} }} }} }}"
        for name, inner in NESTED.items()
    },
    **{
        f"scores, {name}": f"{{ sentimentScores {{ edges {{ node {{ {SCORE} customer {{ {inner} }}"
        " } } } }"
        for name, inner in NESTED.items()
    },
    "segments": "{ segmentSentiments { totalCount edges { cursor node { industry } } } }",
    "overall": "{ overallSentiments { totalCount edges { cursor node { windowStart } } } }",
    "history": f'{{ customerSentimentHistory(customerId: "1") {{ {SCORE} customer {{'
    " reportsLast24Hours currentScore { evidence } } } }",
    "comparison": "{ industrySentimentComparison { industry avgSentimentScore } }",
    "industries": "{ industries { industry windowStart baselineScore change { high } } }",
    "trends": "{ sentimentTrends { avgSentimentScore } }",
    "score series": '{ scoreSeries(customerId: "1") { windowStart sentimentScore } }',
    "segment series": "{ segmentSeries { industry windowStart standingLow } }",
    "overall series": "{ overallSeries { windowStart standingHigh } }",
}
LEAVES = {"ID", "String", "Float", "Int", "BigInt", "DateTime", "UUID", "Boolean"}


def add(parents: int) -> None:
    """So many more customers, each with three scores, and so many more windows."""
    there = len(ask("{ customers(first: 500) { edges { cursor } } }")["customers"]["edges"])
    factories.ComparedSpanFactory.create()
    for number in range(there, there + parents):
        customer = factories.ChangedCustomerFactory.create(
            customer_id=number + 1, industry=f"Industry {number}"
        )
        for place in range(3):
            factories.SentimentScoreFactory.create(
                customer=customer, window_start=hour(place), carried=place == 2
            )
            factories.SyncJobFactory.create(customer=customer, window_start=hour(place))
        factories.WindowFactory.create(window_start=hour(number))
        factories.SegmentSentimentFactory.create(window_start=hour(number))
        factories.OverallSentimentFactory.create(window_start=hour(number))


def queries(query: str) -> tuple[int, Any]:
    """How many queries an answer takes, and the answer."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        data = ask(query)
    return len(captured), data


@pytest.mark.django_db
@pytest.mark.parametrize("shape", SHAPES)
def test_the_number_of_queries_stays_the_same(shape: str) -> None:
    """For one parent and for 25."""
    add(1)
    few, small = queries(SHAPES[shape])
    add(24)
    many, large = queries(SHAPES[shape])
    assert few == many <= 13
    assert str(small) != str(large) or "customerSentimentHistory" in small or "scoreSeries" in small


@pytest.mark.django_db
def test_industries_are_read_once_for_a_request() -> None:
    """However often they are asked for: each reading looks at every customer."""
    add(2)
    once, _ = queries("{ industries { industry } }")
    often, _ = queries("{ a: industries { industry } b: industries { change { high } } }")
    assert often == once


def test_every_nested_field_is_measured() -> None:
    """A new field with an object or an argument has to come into the table above."""
    everything = " ".join(SHAPES.values())
    types = schema.graphql_schema.type_map
    for name in ("CustomerType", "SentimentScoreType", "SegmentSentimentType"):
        for field, definition in types[name].fields.items():
            leaf = str(definition.type).strip("[]!")
            if leaf not in LEAVES or definition.args:
                assert field in everything or leaf == "ScoreState", f"{name}.{field}"


@pytest.mark.django_db
def test_nested_values_are_those_of_their_parent() -> None:
    """Reading for all parents at once mixes nothing up."""
    add(3)
    found = ask(
        "{ customers { edges { node { customerId reportsLast24Hours"
        " currentScore { customerId windowStart } recentScores(last: 2) { customerId windowStart"
        " customer { customerId } } } } } }"
    )["customers"]["edges"]
    for edge in found:
        node, own = edge["node"], edge["node"]["customerId"]
        assert node["reportsLast24Hours"] == 30
        assert node["currentScore"] == {"customerId": own, "windowStart": "2026-01-05T02:00:00Z"}
        assert node["recentScores"] == [
            {
                "customerId": own,
                "windowStart": f"2026-01-05T0{place}:00:00Z",
                "customer": {"customerId": own},
            }
            for place in (1, 2)
        ]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite counts its steps")
def test_the_newest_scores_are_read_without_those_before() -> None:
    """What a database does for them does not grow with every hour."""
    customer = factories.CustomerFactory.create()
    took = []
    for hours in (range(8), range(8, 128)):
        for number in hours:
            factories.SentimentScoreFactory.create(customer=customer, window_start=hour(number))
        with steps() as done:
            ask("{ customers { edges { node { recentScores(last: 3) { sentimentScore } } } } }")
        took.append(len(done))
    assert took[1] < 2 * took[0]


@contextmanager
def steps() -> Iterator[list[None]]:
    """Grows by one with each ten steps of SQLite's virtual machine."""
    done: list[None] = []
    connection.connection.set_progress_handler(lambda: done.append(None), 10)
    try:
        yield done
    finally:
        connection.connection.set_progress_handler(None, 0)
