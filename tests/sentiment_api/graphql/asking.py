"""How the tests ask."""

from typing import Any

import orjson
from django.test import Client

ADDRESS = "/graphql/"
ACCEPT = "application/graphql-response+json"


def post(
    query: str, variables: dict[str, Any] | None = None, accept: str = ACCEPT, **parameters: Any
) -> Any:
    """The response to an operation in a body."""
    body = {"query": query, "variables": variables, **parameters}
    return Client().post(
        ADDRESS,
        orjson.dumps(body),
        content_type="application/json",
        headers={"accept": accept},
    )


def ask(query: str, **variables: Any) -> dict[str, Any]:
    """The data of an answer without errors."""
    response = post(query, variables)
    payload = response.json()
    assert "errors" not in payload, payload["errors"]
    assert response.status_code == 200
    data: dict[str, Any] = payload["data"]
    return data


def complaint(query: str, **variables: Any) -> tuple[int, str, str]:
    """The status, the code and the message of the only error of an answer."""
    response = post(query, variables)
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"], error["message"]
