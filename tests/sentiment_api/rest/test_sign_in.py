"""Staff sign in by session, name and password, or token."""

from base64 import b64encode

import pytest
from django.contrib.auth.models import User
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db

PATH = "/api/config/industry_baselines/"
BODY = {"industry": "Banking", "baseline_score": 0.5}


@pytest.fixture
def operator() -> User:
    """One of the staff."""
    return User.objects.create_user("operator", password="right", is_staff=True)


def test_token(operator: User) -> None:
    key = Token.objects.create(user=operator).key
    client = APIClient(headers={"Authorization": f"Token {key}"})
    assert client.get(PATH).status_code == 200
    assert client.post(PATH, BODY, format="json").status_code == 201
    wrong = APIClient(headers={"Authorization": "Token 123"}).get(PATH)
    assert (wrong.status_code, wrong["WWW-Authenticate"]) == (401, "Token")


def test_name_and_password(operator: User) -> None:
    def client(password: str) -> APIClient:
        credentials = b64encode(f"{operator.username}:{password}".encode()).decode()
        return APIClient(headers={"Authorization": f"Basic {credentials}"})

    assert client("right").get(PATH).status_code == 200
    assert client("wrong").get(PATH).status_code == 401
    assert client("wrong").get("/api/customers/").status_code == 401, "wrong is not nobody"


def test_session_with_a_csrf_token_for_what_changes_something(operator: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(operator)
    assert client.get(PATH).status_code == 200
    refused = client.post(PATH, BODY, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "permission_denied")


def test_who_is_no_longer_active_is_nobody(operator: User) -> None:
    key = Token.objects.create(user=operator).key
    User.objects.update(is_active=False)
    client = APIClient(headers={"Authorization": f"Token {key}"})
    assert client.get(PATH).status_code == 401


def test_the_browsable_api_is_for_debug_alone() -> None:
    page = APIClient().get("/api/customers/", headers={"Accept": "text/html"})
    assert page.status_code == 406
    browser = APIClient().get("/api/customers/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (browser.status_code, browser["Content-Type"]) == (200, "application/json")
