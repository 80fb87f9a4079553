"""GraphQL over HTTP."""

import logging
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError
from django.test import Client
from pytest_django import Settings
from rest_framework.authtoken.models import Token

from tests.clients import counted as counted
from tests.sentiment_api.graphql.asking import ACCEPT, ADDRESS, post

TYPENAME = "{ __typename }"
NESTED = {"a": orjson.loads("[" * 70 + "]" * 70)}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (ACCEPT, ACCEPT),
        ("application/json", "application/json"),
        (f"{ACCEPT}, application/json;q=0.9", ACCEPT),
        ("application/json, */*;q=0.1", "application/json"),
        ("*/*", "application/json"),
        ("", "application/json"),
        ("text/html, application/json;q=0.5", "application/json"),
    ],
)
def test_the_answer_is_of_the_kind_that_is_accepted(accept: str, kind: str) -> None:
    """In utf-8, and said to depend on it."""
    response = post(TYPENAME, accept=accept)
    assert response.status_code == 200
    assert response["Content-Type"] == f"{kind}; charset=utf-8"
    assert "Accept" in response["Vary"]
    assert response.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(("query", "code"), [("{", "PARSE"), ("{ x }", "VALIDATION")])
def test_status_of_documents_that_cannot_be_executed(query: str, code: str) -> None:
    """400, except for those who ask for application/json alone, as the specification has it."""
    for accept, status in ((ACCEPT, 400), ("*/*", 400), ("application/json", 200)):
        response = post(query, accept=accept)
        assert response.status_code == status
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == f"GRAPHQL_{code}_FAILED"
        assert "data" not in response.json()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parameters", "code", "words"),
    [
        ({"query": ""}, "BAD_REQUEST", "query: missing"),
        ({"query": 5}, "BAD_REQUEST", "query: missing"),
        ({"query": TYPENAME, "variables": "x"}, "BAD_REQUEST", "variables: must be"),
        ({"query": TYPENAME, "variables": [1]}, "BAD_REQUEST", "variables: must be"),
        ({"query": TYPENAME, "variables": NESTED}, "BAD_REQUEST", "variables: at most 64 levels"),
        ({"query": TYPENAME, "operationName": 5}, "BAD_REQUEST", "operationName: must be"),
        ({"query": TYPENAME, "extensions": 5}, "BAD_REQUEST", "extensions: must be"),
        (
            {"query": TYPENAME, "operationName": "Q"},
            "OPERATION_RESOLUTION_FAILURE",
            "no operation 'Q'",
        ),
        (
            {"query": "query A { __typename } query B { __typename }"},
            "OPERATION_RESOLUTION_FAILURE",
            "name one of them",
        ),
        (
            {"query": "query Q($n: Int!) { customers(first: $n) { totalCount } }"},
            "BAD_USER_INPUT",
            "$n",
        ),
        ({"query": "mutation { __typename }"}, "OPERATION_NOT_SUPPORTED", "only queries"),
    ],
)
def test_parameters_that_do_not_fit(parameters: dict[str, Any], code: str, words: str) -> None:
    """400, and a message that names the parameter."""
    response = Client().post(
        ADDRESS, parameters, content_type="application/json", headers={"accept": ACCEPT}
    )
    assert response.status_code == 400
    error = response.json()["errors"][0]
    assert error["extensions"]["code"] == code
    assert words in error["message"]


@pytest.mark.django_db
def test_refused_arguments_are_an_error_of_the_request() -> None:
    """Unless another field succeeds."""
    bad = 'node(id: "U2VnbWVudFNlbnRpbWVudFR5cGU6NQ==") { id }'
    worse = 'customerSentimentHistory(customerId: "U2VnbWVudFNlbnRpbWVudFR5cGU6NQ==") { id }'
    for query, status in (
        (f"{{ {worse} }}", 400),
        (f"{{ a: {worse} b: {worse} }}", 400),
        (f"{{ {worse} __typename }}", 200),
        (f"{{ {worse} {bad} }}", 200),
    ):
        response = post(query)
        assert response.status_code == status
        assert ("data" in response.json()) == (status == 200)
        assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert post(f"{{ {worse} }}", accept="*/*").status_code == 400
    assert post(f"{{ {worse} }}", accept="application/json").status_code == 200


@pytest.mark.django_db
def test_get_is_for_queries() -> None:
    """With the parameters in the address."""
    get = Client().get
    query = "query A { __typename } query B($id: ID!) { customer(id: $id) { city } }"
    parameters = {"query": query, "operationName": "B", "variables": '{"id": "7"}'}
    assert get(ADDRESS, parameters).json() == {"data": {"customer": None}}
    assert get(ADDRESS).status_code == 400
    assert get(ADDRESS, {"query": TYPENAME, "variables": "{"}).status_code == 400
    assert get(ADDRESS, {"query": "mutation { __typename }"}).status_code == 405


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/graphql",
        "",
        "application/json; charset=latin-1",
    ],
)
def test_other_bodies_are_refused(content_type: str) -> None:
    """Also those that a form of another site can send: there is no other guard against forgery."""
    response = Client(enforce_csrf_checks=True).generic(
        "POST", ADDRESS, b'{"query": "{ __typename }"}', content_type=content_type
    )
    assert response.status_code == 415
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.django_db
def test_other_methods_and_kinds() -> None:
    """405 and 406."""
    for method in ("PUT", "PATCH", "DELETE", "TRACE"):
        response = Client().generic(method, ADDRESS)
        assert response.status_code == 405
        assert response["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert post(TYPENAME, accept="image/png").status_code == 406
    assert Client().options(ADDRESS).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("broken", ["view.data_freshness", "context.Context.customers"])
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_while_the_local_database_is_down(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
    error: type[Exception],
) -> None:
    """As over REST: it is nobody's mistake, and passes."""

    def fail(*_: object) -> None:
        raise error("could not connect to 10.1.2.3")

    monkeypatch.setattr(f"sentiment_api.graphql.{broken}", fail)
    response = post("{ customers { edges { cursor } } }")
    assert response.status_code == 503
    assert response["Retry-After"] == "10"
    (told,) = response.json()["errors"]
    assert told["extensions"] == {"code": "SERVICE_UNAVAILABLE"}
    assert "10.1.2.3" not in response.content.decode()
    assert "10.1.2.3" in caplog.text


@pytest.mark.django_db
def test_answers_say_how_fresh_the_data_are() -> None:
    """In a header, as those of REST do."""
    assert "objective=5400" in post(TYPENAME)["Data-Freshness"]
    assert "Data-Freshness" not in post("{ x }")


@pytest.mark.django_db
def test_unexpected_errors_are_masked(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets an id; the log has the same id and the trace."""

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the password is hunter2")

    caplog.set_level(logging.ERROR, "sentiment_api.graphql.errors")
    monkeypatch.setattr("sentiment_api.graphql.queries.freshness.data_freshness", fail)
    inside = post("{ __typename dataFreshness { met } }")
    monkeypatch.setattr("sentiment_api.graphql.view.operation_of", fail)
    outside = post(TYPENAME)
    assert (inside.status_code, outside.status_code) == (200, 500)
    for response in (inside, outside):
        assert b"hunter2" not in response.content
        assert b"RuntimeError" not in response.content
        (error,) = response.json()["errors"]
        assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
        assert error["extensions"]["errorId"] in error["message"]
        assert error["extensions"]["errorId"] in caplog.text
    assert caplog.text.count("hunter2") >= 2


@pytest.mark.django_db
@pytest.mark.usefixtures("counted")
def test_guests_and_staff_have_their_own_limits(settings: Settings) -> None:
    """As for REST: 429 with the time to wait."""
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "guest": "2/day", "staff": "3/day"}
    token = Token.objects.create(user=User.objects.create_user("s", is_staff=True))
    staff = {"authorization": f"Token {token.key}"}

    def ask(**headers: str) -> Any:
        return Client().post(
            ADDRESS, {"query": TYPENAME}, content_type="application/json", headers=headers
        )

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert [ask(**staff).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = ask()
    assert refused.json()["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert int(refused["Retry-After"]) > 0


@pytest.mark.django_db
def test_who_signs_in_wrongly_is_told_so() -> None:
    """401, and how to sign in."""
    response = Client().post(
        ADDRESS,
        {"query": TYPENAME},
        content_type="application/json",
        headers={"authorization": "Token wrong"},
    )
    assert response.status_code == 401
    assert response["WWW-Authenticate"]
    assert response.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


@pytest.mark.django_db
def test_a_session_needs_no_token_against_forgery() -> None:
    """Nothing can be changed, so staff may use GraphiQL as they are."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("s", is_staff=True))
    response = client.post(ADDRESS, {"query": TYPENAME}, content_type="application/json")
    assert response.json() == {"data": {"__typename": "Query"}}
