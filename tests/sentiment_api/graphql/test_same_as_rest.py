"""GraphQL and REST give the same numbers."""

from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask

PERIOD = "{ start end fnCount fpCount }"
CHANGE = f"change {{ difference low high significant recent {PERIOD} before {PERIOD} }}"


@pytest.fixture
def rows(db: None) -> None:
    """Customers with scores in two windows, and aggregates."""
    for number in range(3):
        customer = factories.CustomerFactory.create(customer_id=number + 1)
        for place in range(2):
            factories.SentimentScoreFactory.create(
                customer=customer,
                window_start=hour(place),
                fn_count=number + place,
                carried=place == 1,
            )
            factories.SyncJobFactory.create(
                customer=customer, window_start=hour(place), fn_count=number + place
            )
    factories.ComparedSpanFactory.create()
    factories.ChangedCustomerFactory.create(customer_id=4, industry="Energy")
    factories.IndustryBaselineFactory.create(industry="energy")
    for place in range(2):
        factories.WindowFactory.create(window_start=hour(place))
        factories.SegmentSentimentFactory.create(window_start=hour(place))
        factories.OverallSentimentFactory.create(window_start=hour(place))


def rest(path: str) -> Any:
    """An answer of REST."""
    response = Client().get(f"/api/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def camel(name: str) -> str:
    """The name of a field in GraphQL."""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def fields(row: dict[str, Any]) -> str:
    """The fields of a row of REST as a selection."""
    return " ".join(
        f"{camel(name)} {{ {fields(value if isinstance(value, dict) else value[0])} }}"
        if isinstance(value, dict | list)
        else camel(name)
        for name, value in row.items()
    )


def as_graphql(value: Any) -> Any:
    """A value of REST as GraphQL writes it."""
    if isinstance(value, dict):
        return {camel(name): as_graphql(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_graphql(inner) for inner in value]
    return (
        value.upper() if value in ("scored", "insufficient_evidence", "stale", "no_data") else value
    )


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("sentiment/", "sentimentScores"),
        ("sentiment/segment_analysis/", "segmentSentiments"),
        ("sentiment/overall_metrics/", "overallSentiments"),
    ],
)
def test_results(rows: None, path: str, field: str) -> None:
    """Every field of every row."""
    page = rest(path)
    found = ask(
        f"{{ page: {field} {{ totalCount edges {{ node {{ {fields(page['results'][0])} }} }} }} }}"
    )["page"]
    assert found["totalCount"] == page["count"] > 1
    ours = {edge["node"]["jobId"]: edge["node"] for edge in found["edges"]}
    assert ours == {row["job_id"]: as_graphql(row) for row in page["results"]}


def test_customers(rows: None) -> None:
    """`state` and `location_state` of REST are `scoreState` and `state` here."""
    for row in rest("customers/")["results"]:
        node = ask(
            "query Q($id: ID!) { customer(id: $id) { customerId companyName industry city state"
            " country currentSentiment scoreState lastWindowStart createdAt inactiveSince"
            f" currentScore {{ jobId fnCount fpCount }} {CHANGE} }} }}",
            id=row["customer_id"],
        )["customer"]
        score = node.pop("currentScore") or dict.fromkeys(("jobId", "fnCount", "fpCount"))
        row["score_state"], row["state"] = row["state"], row.pop("location_state")
        assert score == {
            "jobId": row.pop("current_score"),
            "fnCount": row.pop("fn_count"),
            "fpCount": row.pop("fp_count"),
        }
        assert node == as_graphql(row)
        assert (row["change"] is not None) == (row["customer_id"] == 4)


@pytest.mark.parametrize("order", ["industry", "getting_worse", "standing_sentiment_score"])
def test_industries(rows: None, order: str) -> None:
    """Every field of every row, in every order."""
    for sign, title in (("", ""), ("-", "_DESC")):
        found = rest(f"sentiment/industries/?ordering={sign}{order}")["results"]
        inner = fields({name: value for name, value in found[0].items() if name != "change"})
        query = f"{{ industries(orderBy: {order.upper()}{title}) {{ {inner} {CHANGE} }} }}"
        assert len(found) == 2
        assert ask(query)["industries"] == as_graphql(found)


def test_industries_by_name(rows: None) -> None:
    """In any spelling; a name that nothing has gives nothing."""
    query = "query Q($names: [String]) { industries(industries: $names) { industry } }"
    assert ask(query, names=[" eNERGY"])["industries"] == [{"industry": "Energy"}]
    assert ask(query, names=["nothing"])["industries"] == []
    assert len(ask(query, names=None)["industries"]) == 2


def test_explanations(rows: None) -> None:
    """By the key and by the global id of a score, with everything that can be applied."""
    profile = factories.ScoringProfileFactory.create(
        trend_adjusted=True,
        industry_shrinkage=True,
        industry_moments={"banking": {"mean": 0.5, "strength": 16.0, "customers": 9}},
    )
    customer = factories.CustomerFactory.create()
    for place in range(4):
        factories.SyncJobFactory.create(customer=customer, window_start=hour(place), fn_count=place)
    score = factories.SentimentScoreFactory.create(
        customer=customer, window_start=hour(3), profile=profile, baseline_score=0.6
    ).job_id
    row = rest(f"sentiment/{score}/explanation/")
    assert all(row[part] for part in ("shrinkage", "trend", "normalisation"))
    query = f"query Q($id: ID!) {{ scoreExplanation(id: $id) {{ {fields(row)} }} }}"
    found = ask(query, id=str(score))["scoreExplanation"]
    assert found == as_graphql(row)
    node = ask("query Q($id: ID!) { sentimentScore(id: $id) { id } }", id=str(score))[
        "sentimentScore"
    ]
    assert ask(query, id=node["id"])["scoreExplanation"] == found


def test_freshness(rows: None) -> None:
    """The same windows."""
    ours = ask(
        "{ dataFreshness { newestCoveredWindow newestCompleteWindow objectiveSeconds met } }"
    )["dataFreshness"]
    assert ours == {
        "newestCoveredWindow": "2026-01-05T02:00:00Z",
        "newestCompleteWindow": "2026-01-05T02:00:00Z",
        "objectiveSeconds": 5400,
        "met": False,
    }
    assert "2026-01-05T02:00:00Z" in str(rest("jobs/status/"))
