"""`as_of`: times in the future, and before anything was known."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time
from rest_framework.test import APIClient

from sentiment_api.rest.openapi.document import document
from tests.factories import CustomerFactory, WindowFactory, hour

pytestmark = pytest.mark.django_db

PATHS = (
    "/api/customers/1/sentiment_history/",
    "/api/sentiment/",
    "/api/sentiment/segment_analysis/",
    "/api/sentiment/overall_metrics/",
)


@pytest.fixture(autouse=True)
def _one_customer() -> None:
    CustomerFactory.create(customer_id=1)


def test_these_are_all_lists_of_results() -> None:
    """Every operation that reads results looks back."""
    looking_back = {
        path
        for path, operations in document()["paths"].items()
        for parameter in operations.get("get", {}).get("parameters", ())
        if parameter.get("name") == "as_of"
    }
    assert {path.replace("{customer_id}", "1") for path in looking_back} == set(PATHS)


@pytest.mark.parametrize("path", PATHS)
def test_what_will_be_known_is_not_known(guest: APIClient, path: str) -> None:
    with freeze_time("2026-01-05T12:00:00Z"):
        assert guest.get(path, {"as_of": "2026-01-05T12:00:00Z"}).status_code == 200
        answer = guest.get(path, {"as_of": "2026-01-05T12:00:01Z"})
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "name": "as_of",
            "detail": "2026-01-05T12:00:01Z lies in the future (it is 2026-01-05T12:00:00Z now), "
            "and what will be known then is not known yet. Leave it out for what is known now.",
        }
    ]


@pytest.mark.parametrize("path", PATHS)
def test_before_anything_was_known_the_answer_says_so(guest: APIClient, path: str) -> None:
    early = guest.get(path, {"as_of": hour(0).isoformat()})
    assert (early.status_code, early.json()["results"]) == (200, [])
    assert early["Notice"] == (
        "Nothing was known at 2026-01-05T00:00:00Z: no window has been read yet."
    )
    WindowFactory.create(window_start=hour(0), covered_at=hour(5))
    before = guest.get(path, {"as_of": (hour(5) - timedelta(seconds=1)).isoformat()})
    assert (before.status_code, before.json()["results"]) == (200, [])
    assert before["Notice"] == (
        "Nothing was known at 2026-01-05T04:59:59Z: the first window was read at "
        "2026-01-05T05:00:00Z. For earlier windows ask by their range."
    )
    assert "Notice" not in guest.get(path, {"as_of": hour(5).isoformat()})
    assert "Notice" not in guest.get(path)


def test_only_who_looks_back_pays_for_it(guest: APIClient) -> None:
    with CaptureQueriesContext(connection) as plain:
        guest.get("/api/sentiment/")
    with CaptureQueriesContext(connection) as back:
        guest.get("/api/sentiment/", {"as_of": "2026-01-05"})
    assert len(back) == len(plain) + 1


def test_the_contract_names_the_notice() -> None:
    headers = {
        path: document()["paths"][path]["get"]["responses"]["200"]["headers"]
        for path in ("/api/sentiment/", "/api/customers/")
    }
    assert "Notice" in headers["/api/sentiment/"]
    assert "Notice" not in headers["/api/customers/"]
