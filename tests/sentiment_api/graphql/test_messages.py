"""What cannot be answered as it stands is refused by the name of its argument."""

import pytest
from django.test import Client

from tests.sentiment_api.graphql.asking import ADDRESS, ask, complaint, post

CROSSED = {
    "windowStart": ('windowStart_Gte: "2026-01-06", windowStart_Lte: "2026-01-05"'),
    "windowEnd": ('windowEnd_Gte: "2026-01-06", windowEnd_Lte: "2026-01-05"'),
    "createdAt": ('createdAt_Gte: "2026-01-06", createdAt_Lte: "2026-01-05"'),
    "sentimentScore": ("sentimentScore_Gte: 0.8, sentimentScore_Lte: 0.2"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CROSSED)
def test_bounds_that_exclude_each_other_are_refused(name: str) -> None:
    """Both are named."""
    status, code, message = complaint(f"{{ sentimentScores({CROSSED[name]}) {{ totalCount }} }}")
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert f"{name}_Gte:" in message
    assert f"{name}_Lte:" in message


@pytest.mark.django_db
def test_bounds_that_meet_are_answered() -> None:
    """One value lies between them."""
    query = "{ sentimentScores(sentimentScore_Gte: 0.5, sentimentScore_Lte: 0.5) { totalCount } }"
    assert ask(query)["sentimentScores"]["totalCount"] == 0


@pytest.mark.django_db
def test_rest_refuses_crossed_bounds_too() -> None:
    """By its own names."""
    response = Client().get("/api/customers/", {"sentiment_min": "0.8", "sentiment_max": "0.2"})
    assert response.status_code == 400
    names = {error["name"] for error in response.json()["errors"]}
    assert names == {"sentiment_min", "sentiment_max"}


@pytest.mark.django_db
def test_scores_lie_between_0_and_1() -> None:
    """Another bound is a mistake."""
    _, code, message = complaint("{ sentimentScores(sentimentScore_Gte: 7) { totalCount } }")
    assert code == "BAD_USER_INPUT"
    assert message.startswith("sentimentScore_Gte:")


@pytest.mark.django_db
def test_advice_is_in_the_words_of_graphql() -> None:
    """Not in those of REST."""
    _, code, message = complaint('{ customers(state: "stale") { totalCount } }')
    assert code == "BAD_USER_INPUT"
    assert "scoreState: STALE" in message
    assert "score_state" not in message


def test_a_value_of_the_wrong_kind_names_its_argument() -> None:
    """Also within an input."""
    query = '{ overallSentiments(timeRange: {startDate: "yesterday"}) { totalCount } }'
    _, code, message = complaint(query)
    assert code == "GRAPHQL_VALIDATION_FAILED"
    assert message.startswith("timeRange.startDate: ")
    _, _, message = complaint('{ overallSentiments(first: "x") { totalCount } }')
    assert message.startswith("first: ")


@pytest.mark.django_db
def test_an_id_that_no_customer_can_have_is_unknown() -> None:
    """As in REST."""
    digits = "1" * 25
    assert ask(f'{{ customer(id: "{digits}") {{ city }} }}') == {"customer": None}
    assert ask(f"{{ customer(id: {digits}) {{ city }} }}") == {"customer": None}
    query = "query Q($id: ID!) { customer(id: $id) { city } }"
    assert ask(query, id=digits) == {"customer": None}


def test_a_foreign_host_gets_json() -> None:
    """Django refuses it before the view."""
    response = Client().post(
        ADDRESS, {}, content_type="application/json", headers={"host": "elsewhere.example"}
    )
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.django_db
def test_levels_are_those_of_the_active_profile() -> None:
    """For guests."""
    found = ask("{ scoringLevels { attentionBelow healthyAbove } }")["scoringLevels"]
    assert found == {"attentionBelow": 0.4, "healthyAbove": 0.7}
    assert post("{ scoringLevels { attentionBelow } }").status_code == 200


@pytest.mark.django_db
def test_customers_who_left_can_be_told() -> None:
    """By `active`."""
    from tests.factories import CustomerFactory, hour

    CustomerFactory.create(customer_id=1)
    CustomerFactory.create(customer_id=2, inactive_since=hour(3))
    for given, expected in (("true", [1]), ("false", [2]), ("null", [1, 2])):
        query = f"{{ customers(active: {given}) {{ edges {{ node {{ customerId }} }} }} }}"
        edges = ask(query)["customers"]["edges"]
        assert [edge["node"]["customerId"] for edge in edges] == expected
