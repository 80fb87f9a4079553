"""Global ids and single objects."""

import pytest
from graphql_relay import to_global_id

from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask, complaint

NODE = "query N($id: ID!) { node(id: $id) { __typename id } }"


@pytest.fixture
def score(db: None) -> object:
    """One score, of the customer 7."""
    customer = factories.CustomerFactory.create(customer_id=7)
    factories.SegmentSentimentFactory.create(window_start=hour(3))
    factories.OverallSentimentFactory.create(window_start=hour(3))
    return factories.SentimentScoreFactory.create(customer=customer, window_start=hour(3))


@pytest.mark.parametrize(
    ("field", "type_"),
    [
        ("customers", "CustomerType"),
        ("sentimentScores", "SentimentScoreType"),
        ("segmentSentiments", "SegmentSentimentType"),
        ("overallSentiments", "OverallSentimentType"),
    ],
)
def test_every_object_can_be_fetched_again(score: object, field: str, type_: str) -> None:
    """By the id that it shows."""
    (edge,) = ask(f"{{ {field} {{ edges {{ node {{ id }} }} }} }}")[field]["edges"]
    found = ask(NODE, id=edge["node"]["id"])["node"]
    assert found == {"__typename": type_, "id": edge["node"]["id"]}


def test_single_objects_by_key_and_by_global_id(score: object) -> None:
    """`customer` and `sentimentScore`."""
    key = str(score.pk)  # type: ignore[attr-defined]
    query = """query Q($a: ID!, $b: ID!) {
      customer(id: $a) { customerId } sentimentScore(id: $b) { jobId } }"""
    expected = {"customer": {"customerId": 7}, "sentimentScore": {"jobId": key}}
    assert ask(query, a="7", b=key) == expected
    global_ids = {
        "a": to_global_id("CustomerType", 7),
        "b": to_global_id("SentimentScoreType", key),
    }
    assert ask(query, **global_ids) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "global_id",
    [
        to_global_id("CustomerType", 8),
        to_global_id("CustomerType", 2**70),
        to_global_id("SentimentScoreType", "0196f0a8-0000-7000-8000-000000000000"),
        to_global_id("SentimentScoreType", "no uuid"),
    ],
)
def test_what_is_not_there_is_null(global_id: str) -> None:
    """As Relay has it."""
    assert ask(NODE, id=global_id) == {"node": None}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('node(id: "")', "is no global id"),
        ('node(id: "x")', "is no global id"),
        ('node(id: "QQ==")', "is no global id"),
        (f'node(id: "{to_global_id("Query", 1)}")', "names no type of object"),
        (f'node(id: "{to_global_id("String", 1)}")', "names no type of object"),
        (f'node(id: "{to_global_id("Nothing", 1)}")', "names no type of object"),
        (f'node(id: "{to_global_id("CustomerType", "x")}")', "id: 'x' is neither"),
        (
            f'customer(id: "{to_global_id("SentimentScoreType", 1)}")',
            "id: this is the id of a SentimentScoreType, not of a customer",
        ),
        (
            f'sentimentScore(id: "{to_global_id("CustomerType", 1)}")',
            "id: this is the id of a CustomerType, not of a SentimentScoreType",
        ),
    ],
)
def test_ids_that_are_none(query: str, words: str) -> None:
    """Each gets a message that helps."""
    status, code, message = complaint(f"{{ {query} {{ id }} }}")
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert words in message
