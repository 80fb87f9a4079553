"""Pages of other origins: those of the settings, and no others."""

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "http://localhost:3000", "http://evil.example"


def test_configured_origins_may_read_answers_and_their_headers(guest: APIClient) -> None:
    answer = guest.get("/api/customers/", headers={"Origin": KNOWN})
    assert answer["Access-Control-Allow-Origin"] == KNOWN
    exposed = answer["Access-Control-Expose-Headers"]
    assert {"ETag", "Data-Freshness", "Retry-After"} <= set(exposed.split(", "))
    assert "Access-Control-Allow-Credentials" not in answer


def test_other_origins_may_not(guest: APIClient) -> None:
    answer = guest.get("/api/customers/", headers={"Origin": UNKNOWN})
    assert "Access-Control-Allow-Origin" not in answer


def test_preflight(guest: APIClient) -> None:
    headers = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x"}
    allowed = guest.options("/api/customers/", headers={"Origin": KNOWN, **headers})
    assert allowed["Access-Control-Allow-Origin"] == KNOWN
    assert "if-none-match" in allowed["Access-Control-Allow-Headers"].split(", ")
    refused = guest.options("/api/customers/", headers={"Origin": UNKNOWN, **headers})
    assert "Access-Control-Allow-Origin" not in refused


def test_the_admin_is_for_its_own_origin(guest: APIClient) -> None:
    answer = guest.get("/admin/login/", headers={"Origin": KNOWN})
    assert "Access-Control-Allow-Origin" not in answer
