"""Each kind of bad input gets its 4xx, in the one shape, with a message that helps."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from rest_framework.test import APIClient

from sentiment_api.rest import errors
from tests.factories import CustomerFactory, SentimentScoreFactory

pytestmark = pytest.mark.django_db

LISTS = (
    "/api/customers/",
    "/api/customers/1/sentiment_history/",
    "/api/sentiment/",
    "/api/sentiment/segment_analysis/",
    "/api/sentiment/overall_metrics/",
)
BIG = 2**63


@pytest.fixture(autouse=True)
def _one_row() -> None:
    SentimentScoreFactory.create(customer=CustomerFactory.create(customer_id=1))


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("query", "name", "hint"),
    [
        ("colour=red", "colour", "Allowed:"),
        ("page=0", "page", "from 1 to"),
        ("page=-1", "page", "from 1 to"),
        ("page=", "page", "empty"),
        ("page=one", "page", "from 1 to"),
        (f"page={10**30}", "page", "from 1 to"),
        ("page_size=100000", "page_size", "from 1 to 500"),
        ("page_size=501", "page_size", "from 1 to 500"),
        ("page_size=0", "page_size", "from 1 to 500"),
        ("page=1&page=2", "page", "more than once"),
        ("ordering=shoe_size", "ordering", "allowed:"),
    ],
)
def test_paging_and_names(guest: APIClient, path: str, query: str, name: str, hint: str) -> None:
    answer = guest.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["name"] == name
    assert hint in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("path", LISTS[1:])
@pytest.mark.parametrize(
    ("query", "name", "hint"),
    [
        ("start_date=yesterday", "start_date", "ISO 8601"),
        ("end_date=2026-02-30", "end_date", "ISO 8601"),
        ("as_of=", "as_of", "empty"),
        ("as_of=1", "as_of", "ISO 8601"),
        ("start_date=2026-05-02&end_date=2026-05-01", "start_date", "not before end_date"),
        ("start_date=2026-05-01&end_date=2026-05-01T00:00Z", "start_date", "not before end_date"),
    ],
)
def test_times(guest: APIClient, path: str, query: str, name: str, hint: str) -> None:
    answer = guest.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["name"] == name
    assert hint in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [
        ("/api/customers/?sentiment_min=2", 400, "sentiment_min"),
        ("/api/customers/?sentiment_min=0_1", 400, "sentiment_min"),
        ("/api/customers/?sentiment_max=nan", 400, "sentiment_max"),
        ("/api/customers/?sentiment_max=1e999", 400, "sentiment_max"),
        ("/api/customers/?score_state=happy", 400, "score_state"),
        (f"/api/customers/?search={'x' * 101}", 400, "search"),
        (f"/api/customers/?search={'+' * 100}x", 400, "search"),
        ("/api/customers/?search=1+2+3+4+5+6+7+8+9", 400, "search"),
        ("/api/customers/?search=+", 400, "search"),
        ("/api/customers/?search=a%00", 400, "search"),
        ("/api/customers/?city=%00", 400, "city"),
        ("/api/customers/?page=99", 404, "page"),
        ("/api/customers/99/", 404, "customer_id"),
        ("/api/customers/abc/", 404, "customer_id"),
        (f"/api/customers/{BIG}/", 404, "customer_id"),
        ("/api/customers/1%0a/", 404, "customer_id"),
        ("/api/customers/%E2%80%831/sentiment_history/?format=csv", 404, "customer_id"),
        ("/api/customers/1%0a/sentiment_history/?format=csv", 404, "customer_id"),
        ("/api/customers/%0d1/sentiment_history/?format=csv", 404, "customer_id"),
        ("/api/customers/99/sentiment_history/", 404, "customer_id"),
        ("/api/sentiment/?customer=abc", 400, "customer"),
        (f"/api/sentiment/?customer={BIG}", 400, "customer"),
        ("/api/sentiment/?customer=99", 404, "customer"),
        ("/api/sentiment/?calculation_method=guessing", 400, "calculation_method"),
        ("/api/sentiment/7/", 404, "job_id"),
        ("/api/sentiment/00000000-0000-0000-0000-000000000000/", 404, "job_id"),
        ("/api/customers/1/?page=1", 400, "page"),
    ],
)
def test_values(guest: APIClient, path: str, status: int, name: str) -> None:
    answer = guest.get(path)
    assert answer.status_code == status
    assert [error["name"] for error in answer.json()["errors"]] == [name]


@pytest.mark.parametrize("path", ["/api/customer/", "/api/a%0ab/", "/api/a%0ab", "/api/a/%0a"])
def test_no_such_address(guest: APIClient, path: str) -> None:
    answer = guest.get(path, follow=True)
    assert answer.status_code == 404
    assert set(answer.json()) == {"code", "detail", "errors", "id"}


def test_a_body_is_not_lost_for_a_slash(guest: APIClient) -> None:
    led = guest.get("/api/customers?page=1")
    assert (led.status_code, led["Location"]) == (301, "/api/customers/?page=1")
    for method in (guest.post, guest.put, guest.patch):
        answer = method("/api/config/industry_baselines", {"industry": "A"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "send this to /api/config/industry_baselines/" in answer.json()["detail"]


@pytest.mark.parametrize(
    "broken", ["views.base.refuse_unfit", "views.base.freshness_header", "views.base.is_staff"]
)
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_while_the_local_database_is_down(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    broken: str,
    error: type[Exception],
) -> None:
    def fail(*_: object) -> None:
        raise error("could not connect to 10.1.2.3")

    monkeypatch.setattr(f"sentiment_api.rest.{broken}", fail)
    answer = APIClient(raise_request_exception=False).get("/api/customers/")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"] == "10"
    assert "10.1.2.3" not in answer.content.decode()
    assert "10.1.2.3" in caplog.text


def test_signing_in_to_the_admin_while_the_local_database_is_down() -> None:
    def fail(*_: object) -> None:
        raise OperationalError("database is locked by 10.1.2.3")

    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(fail):
        page = client.post("/admin/login/", {"username": "operator", "password": "right"})
    assert (page.status_code, page["Retry-After"]) == (503, "10")
    said = page.content.decode()
    assert "<h1>The local database does not answer</h1>" in said
    assert "manage.py doctor" in said
    assert "10.1.2.3" not in said


def test_methods_and_forms_of_answers(guest: APIClient) -> None:
    answer = guest.delete("/api/customers/")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD"
    answer = guest.get("/api/customers/", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
    assert answer.json()["detail"].endswith("can ask for: application/json, text/csv.")
    answer = guest.get("/api/customers/1/", headers={"Accept": "text/csv"})
    assert answer.json()["detail"].endswith("can ask for: application/json.")


def test_the_index_leads_to_what_is_there(guest: APIClient) -> None:
    """Every address of it answers."""
    found = guest.get("/api/").json()
    assert found["customers"] == "http://testserver/api/customers/"
    assert {guest.get(address).status_code for address in found.values()} == {200}


def test_unexpected_errors_are_masked_and_found_in_the_log(
    guest: APIClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("the inner secret")

    monkeypatch.setattr("sentiment_api.rest.views.base.refuse_unfit", explode)
    answer = guest.get("/api/customers/")
    assert answer.status_code == 500
    assert "the inner secret" not in answer.content.decode()
    error_id = answer.json()["id"]
    record = next(record for record in caplog.records if record.name == errors.__name__)
    assert error_id in record.getMessage()
    assert record.exc_info
    assert "the inner secret" in str(record.exc_info[1])
