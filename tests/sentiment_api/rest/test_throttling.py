"""How often who may ask."""

from base64 import b64encode

import pytest
from django.contrib.auth.models import User
from freezegun import freeze_time
from pytest_django import Settings
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def statuses(client: APIClient, number: int, **headers: str) -> list[int]:
    """What so many requests in a row are answered."""
    return [client.get("/api/customers/", headers=headers).status_code for _ in range(number)]


@pytest.mark.usefixtures("counted")
def test_guests_and_staff_have_limits_of_their_own(
    guest: APIClient, staff: APIClient, user_without_rights: APIClient, settings: Settings
) -> None:
    settings.THROTTLE_RATES = {"guest": "2/minute", "staff": "4/minute", "failed sign-ins": None}
    with freeze_time("2026-01-05T12:10:15Z"):
        assert statuses(guest, 3) == [200, 200, 429]
        assert statuses(user_without_rights, 1) == [429], "the same address, and no rights"
        assert statuses(staff, 5) == [200, 200, 200, 200, 429]
        refused = guest.get("/api/customers/")
        assert refused["Retry-After"] == "46"
        assert refused.json()["code"] == "throttled"
    with freeze_time("2026-01-05T12:11:01Z"):
        assert statuses(guest, 1) == [200]


@pytest.mark.usefixtures("counted")
def test_guests_cannot_change_their_address(guest: APIClient, settings: Settings) -> None:
    settings.THROTTLE_RATES = {"guest": "1/minute", "staff": None, "failed sign-ins": None}
    with freeze_time("2026-01-05T12:10:15Z"):
        assert statuses(guest, 1, **{"X-Forwarded-For": "10.0.0.1"}) == [200]
        assert statuses(guest, 1, **{"X-Forwarded-For": "10.0.0.2"}) == [429]


@pytest.mark.usefixtures("counted")
def test_guessing_passwords_is_slowed_down(guest: APIClient, settings: Settings) -> None:
    settings.THROTTLE_RATES = {"guest": None, "staff": None, "failed sign-ins": "2/minute"}
    User.objects.create_user("operator", password="right", is_staff=True)

    token = Token.objects.create(user=User.objects.get(username="operator"))
    User.objects.create_user("colleague", password="right", is_staff=True)

    def sign_in(password: str, name: str = "operator") -> int:
        credentials = b64encode(f"{name}:{password}".encode()).decode()
        return answer(f"Basic {credentials}")

    def answer(authorization: str) -> int:
        headers = {"Authorization": authorization}
        return guest.get("/api/customers/", headers=headers).status_code

    with freeze_time("2026-01-05T12:10:15Z"):
        assert sign_in("right") == 200
        assert [sign_in("wrong") for _ in range(3)] == [401, 401, 429]
        assert sign_in("right") == 429, "the third guess is not even looked at"
        assert sign_in("right", name="colleague") == 200
        assert [answer(f"Token {'0' * 40}") for _ in range(3)] == [401, 401, 429]
        assert answer(f"Token {token.key}") == 200, "nobody can lock out who has a token"
        assert statuses(guest, 1) == [200]
    with freeze_time("2026-01-05T12:11:15Z"):
        assert sign_in("right") == 200


@pytest.mark.usefixtures("counted")
def test_a_name_that_no_database_holds_is_a_failed_sign_in(
    guest: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")

    monkeypatch.setattr("rest_framework.authentication.authenticate", refuse)
    settings.THROTTLE_RATES = {"guest": None, "staff": None, "failed sign-ins": "1/minute"}
    headers = {"Authorization": f"Basic {b64encode(b'a' + bytes(1) + b':b').decode()}"}
    with freeze_time("2026-01-05T12:10:15Z"):
        answers = [guest.get("/api/customers/", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [401, 429]
    assert answers[0]["WWW-Authenticate"]


def test_without_a_cache_everyone_is_let_through(guest: APIClient, settings: Settings) -> None:
    settings.THROTTLE_RATES = {"guest": "1/minute", "staff": None, "failed sign-ins": "1/minute"}
    assert statuses(guest, 3) == [200, 200, 200]
