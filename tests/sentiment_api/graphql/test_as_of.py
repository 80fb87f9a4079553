"""`asOf`: times in the future, before anything was known, and ranges as they were then."""

from datetime import timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from sentiment_api.graphql.schema import schema
from tests.factories import (
    CustomerFactory,
    OverallSentimentFactory,
    SentimentScoreFactory,
    WindowFactory,
    hour,
)
from tests.sentiment_api.graphql.asking import ask, complaint, post

pytestmark = pytest.mark.django_db

READS = {
    "sentimentScores": "sentimentScores(asOf: $at) { totalCount }",
    "segmentSentiments": "segmentSentiments(asOf: $at) { totalCount }",
    "overallSentiments": "overallSentiments(asOf: $at) { totalCount }",
    "customerSentimentHistory": 'customerSentimentHistory(customerId: "1", asOf: $at) { jobId }',
    "industrySentimentComparison": "industrySentimentComparison(asOf: $at) { jobId }",
    "sentimentTrends": "sentimentTrends(asOf: $at) { jobId }",
    "scoreSeries": 'scoreSeries(customerId: "1", asOf: $at) { windows }',
    "segmentSeries": "segmentSeries(asOf: $at) { windows }",
    "overallSeries": "overallSeries(asOf: $at) { windows }",
}
NESTED = {
    "recentScores": 'customer(id: "1") { recentScores(asOf: $at) { jobId } }',
    "currentScore": 'customer(id: "1") { currentScore(asOf: $at) { jobId } }',
}


def asked(read: str) -> str:
    """An operation with the time as its variable."""
    return f"query Q($at: DateTime) {{ {read} }}"


@pytest.fixture(autouse=True)
def _one_customer() -> None:
    CustomerFactory.create(customer_id=1)


def test_these_are_all_reads_that_look_back() -> None:
    """A new field with `asOf` has to come into the tables above."""
    found = {
        name
        for type_name, type_ in schema.graphql_schema.type_map.items()
        for name, field in getattr(type_, "fields", {}).items()
        if not type_name.startswith("__") and "asOf" in getattr(field, "args", ())
    }
    assert found == set(READS) | set(NESTED)


@pytest.mark.parametrize("name", [*READS, *NESTED])
def test_what_will_be_known_is_not_known(name: str) -> None:
    query = asked((READS | NESTED)[name])
    with freeze_time("2026-01-05T12:00:00Z"):
        ask(query, at="2026-01-05T12:00:00Z")
        status, code, message = complaint(query, at="2026-01-05T12:00:01Z")
    assert (status, code) == (400 if name in READS else 200, "BAD_USER_INPUT")
    assert message.startswith(
        "asOf: 2026-01-05T12:00:01Z lies in the future (it is 2026-01-05T12:00:00Z now)"
    )


@pytest.mark.parametrize("name", [*READS, *NESTED])
def test_before_anything_was_known_the_answer_says_so(name: str) -> None:
    WindowFactory.create(window_start=hour(0), covered_at=hour(5))
    query = asked(f"a: {(READS | NESTED)[name]} b: {(READS | NESTED)[name]}")
    answer = post(query, {"at": "2026-01-05T04:59:59Z"}).json()
    assert answer["extensions"] == {
        "notices": [
            {
                "argument": "asOf",
                "message": "Nothing was known at 2026-01-05T04:59:59Z: the first window was read "
                "at 2026-01-05T05:00:00Z. For earlier windows ask by their range.",
            }
        ]
    }
    for at in ("2026-01-05T05:00:00Z", None):
        assert "extensions" not in post(query, {"at": at}).json()


def test_without_a_range_it_ends_where_the_data_ended_then() -> None:
    """The newest window then is not the newest window now."""
    for number in (0, 1, 24 * 40):
        WindowFactory.create(window_start=hour(number), covered_at=hour(number + 1))
        OverallSentimentFactory.create(window_start=hour(number), created_at=hour(number + 1))
    query = asked(READS["sentimentTrends"])

    def starts(at: str | None) -> list[Any]:
        found = ask(query.replace("jobId", "windowStart"), at=at)["sentimentTrends"]
        return [row["windowStart"][:13] for row in found]

    assert starts("2026-01-05T02:00:00Z") == ["2026-01-05T00", "2026-01-05T01"]
    assert starts(None) == ["2026-02-14T00"]


def test_the_newest_score_at_that_time() -> None:
    old = SentimentScoreFactory.create(
        customer__customer_id=2,
        window_start=hour(0),
        created_at=hour(1),
        superseded_at=hour(4),
    )
    again = SentimentScoreFactory.create(
        customer=old.customer, window_start=hour(0), created_at=hour(4), revision=2
    )
    newest = SentimentScoreFactory.create(
        customer=old.customer, window_start=hour(1), created_at=hour(6), carried=True
    )
    query = asked(NESTED["currentScore"]).replace('"1"', '"2"')
    for at, expected in (
        (hour(1) - timedelta(seconds=1), None),
        (hour(1), old),
        (hour(4), again),
        (hour(6), newest),
        (None, newest),
    ):
        found = ask(query, at=at and at.isoformat())["customer"]["currentScore"]
        assert found == (expected and {"jobId": str(expected.job_id)})
