"""Bodies that are not taken are refused in the shape of the face they were for, and noted."""

import json
import logging
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from sentiment_analysis.bodies import LARGEST, TimelyBodies
from sentiment_api.metrics import OF_PROCESS
from sentiment_api.rest.serializers.error import ErrorSerializer

pytestmark = pytest.mark.django_db

ORIGIN = "http://localhost:3000"
REST, GRAPHQL = "/api/config/database/", "/graphql/"
PARTS = {413: "too large", 408: "in time", 503: "on their way"}


def refused(path: str, status: int) -> Any:
    """The answer to a body that is too large, is cut off, or is one too many."""
    bodies = TimelyBodies(WSGIHandler(), seconds=10, waiting=0 if status == 503 else 1)
    request = RequestFactory().post(path, headers={"Origin": ORIGIN, "X-Request-ID": "mine"})
    environ = request.environ | {
        "CONTENT_LENGTH": str(LARGEST + 1 if status == 413 else 10),
        "wsgi.input": BytesIO(b"cut"),
    }
    return bodies(environ, lambda *_: None)


def counted(route: str) -> float:
    labels = {"route": route, "method": "POST", "status": "4xx"}
    name = "sentiment_http_request_duration_seconds_count"
    return OF_PROCESS.get_sample_value(name, labels) or 0.0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (REST, 413, "too_large"),
        (REST, 408, "request_timeout"),
        (REST, 503, "unavailable"),
        ("/admin/login/", 413, "too_large"),
        (GRAPHQL, 413, "LIMIT_EXCEEDED"),
        (GRAPHQL, 408, "BAD_REQUEST"),
        (GRAPHQL, 503, "SERVICE_UNAVAILABLE"),
    ],
)
def test_refused_in_the_shape_of_the_face(path: str, status: int, code: str) -> None:
    answer = refused(path, status)
    body = json.loads(answer.content)
    contract: Any = ErrorSerializer().fields["code"]
    assert answer.status_code == status
    if path == GRAPHQL:
        (error,) = body["errors"]
        assert error["extensions"]["code"] == code
        assert ("limit" in error["extensions"]) == (status == 413)
        assert PARTS[status] in error["message"]
    else:
        assert (body["code"], body["errors"], body["id"]) == (code, [], None)
        assert code in contract.choices, "as the contract says"
        assert PARTS[status] in body["detail"]
    assert answer.get("Retry-After") == ("1" if status == 503 else None)


def test_noted_as_every_request(caplog: pytest.LogCaptureFixture) -> None:
    """In the log, in the metrics, with its id, and readable for pages that may read the rest."""
    before = counted("databases")
    with caplog.at_level(logging.INFO):
        answer = refused(REST, 408)
    assert counted("databases") == before + 1
    assert "POST databases 408 in" in caplog.text
    assert answer["X-Request-ID"] == "mine"
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
