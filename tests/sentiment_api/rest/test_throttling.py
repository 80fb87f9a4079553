"""How often who may ask."""

from base64 import b64encode

import pytest
from django.contrib.auth.models import User
from freezegun import freeze_time
from pytest_django import Settings
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def limit(settings: Settings, rates: dict[str, str]) -> None:
    """These limits, and no other."""
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES) | rates


def statuses(client: APIClient, number: int, **headers: str) -> list[int]:
    """What so many requests in a row are answered."""
    return [client.get("/api/customers/", headers=headers).status_code for _ in range(number)]


@pytest.mark.usefixtures("counted")
def test_guests_and_staff_have_limits_of_their_own(
    guest: APIClient, staff: APIClient, user_without_rights: APIClient, settings: Settings
) -> None:
    limit(settings, {"guest": "2/minute", "staff": "4/minute"})
    with freeze_time("2026-01-05T12:10:15Z"):
        assert statuses(guest, 3) == [200, 200, 429]
        assert statuses(user_without_rights, 1) == [429], "the same address, and no rights"
        assert statuses(staff, 5) == [200, 200, 200, 200, 429]
        refused = guest.get("/api/customers/")
        assert refused["Retry-After"] == "45"
        assert "in 45 seconds" in refused.json()["detail"]
        assert refused.json()["code"] == "throttled"
    with freeze_time("2026-01-05T12:11:01Z"):
        assert statuses(guest, 1) == [200]


@pytest.mark.usefixtures("counted")
def test_guests_cannot_change_their_address(guest: APIClient, settings: Settings) -> None:
    limit(settings, {"guest": "1/minute"})
    with freeze_time("2026-01-05T12:10:15Z"):
        assert statuses(guest, 1, **{"X-Forwarded-For": "10.0.0.1"}) == [200]
        assert statuses(guest, 1, **{"X-Forwarded-For": "10.0.0.2"}) == [429]


@pytest.mark.usefixtures("counted")
def test_guessing_passwords_is_slowed_down(guest: APIClient, settings: Settings) -> None:
    limit(settings, {"failed sign-ins": "2/minute"})
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
@pytest.mark.parametrize("written", ["basic\t{}", "Basic  {} ", "Basic *{}", "Basic é{}"])
def test_a_guess_counts_by_its_name_however_it_is_written(
    guest: APIClient, settings: Settings, written: str
) -> None:
    limit(settings, {"failed sign-ins": "2/minute"})
    User.objects.create_user("operator", password="right", is_staff=True)

    def sign_in(password: str, form: str = "Basic {}") -> int:
        credentials = b64encode(f"operator:{password}".encode()).decode()
        headers = {"Authorization": form.format(credentials)}
        return guest.get("/api/customers/", headers=headers).status_code

    with freeze_time("2026-01-05T12:10:15Z"):
        assert sign_in("right", written) == 200
        assert [sign_in("wrong", form) for form in ("Basic {}", written)] == [401, 401]
        assert [sign_in("right", form) for form in ("Basic {}", written)] == [429, 429]


@pytest.mark.usefixtures("counted")
def test_a_good_token_is_taken_however_it_is_written(guest: APIClient, settings: Settings) -> None:
    limit(settings, {"failed sign-ins": "1/minute"})
    token = Token.objects.create(user=User.objects.create_user("operator"))
    with freeze_time("2026-01-05T12:10:15Z"):
        assert statuses(guest, 2, Authorization="Token\t0") == [401, 429]
        assert statuses(guest, 1, Authorization=f"Token\t{token.key}") == [200]


@pytest.mark.usefixtures("counted")
def test_many_names_are_not_tried_from_one_address(guest: APIClient, settings: Settings) -> None:
    limit(settings, {"failed sign-ins": "2/minute", "failed sign-ins of an address": "5/minute"})
    settings.NUM_PROXIES = 0
    operator = User.objects.create_user("operator", password="right", is_staff=True)
    token = Token.objects.create(user=operator)

    def sign_in(name: str, word: str = "wrong", address: str = "192.0.2.1") -> int:
        pair = b64encode(f"{name}:{word}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"}
        return guest.get("/api/customers/", headers=headers, REMOTE_ADDR=address).status_code

    with freeze_time("2026-01-05T12:10:15Z"):
        assert [sign_in("stale") for _ in range(9)] == [401, 401, *[429] * 7]
        assert sign_in("operator", "right") == 200, "who is refused anyway is not counted on"
        assert [sign_in(f"name-{number}") for number in range(5)] == [401, 401, 401, 429, 429]
        assert sign_in("operator", "right") == 429, "it is not even looked at"
        assert sign_in("operator", "right", address="192.0.2.2") == 200
        headers = {"Authorization": f"Token {token.key}"}
        answer = guest.get("/api/customers/", headers=headers, REMOTE_ADDR="192.0.2.1")
        assert answer.status_code == 200, "a token cannot be guessed"
    with freeze_time("2026-01-05T12:11:01Z"):
        assert sign_in("operator", "right") == 200


@pytest.mark.usefixtures("counted")
def test_a_name_that_no_database_holds_is_a_failed_sign_in(
    guest: APIClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise ValueError("A string literal cannot contain NUL (0x00) characters.")

    monkeypatch.setattr("rest_framework.authentication.authenticate", refuse)
    limit(settings, {"failed sign-ins": "1/minute"})
    headers = {"Authorization": f"Basic {b64encode(b'a' + bytes(1) + b':b').decode()}"}
    with freeze_time("2026-01-05T12:10:15Z"):
        answers = [guest.get("/api/customers/", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [401, 429]
    assert answers[0]["WWW-Authenticate"]


def test_without_a_cache_everyone_is_let_through(guest: APIClient, settings: Settings) -> None:
    limit(settings, {"guest": "1/minute", "failed sign-ins": "1/minute"})
    assert statuses(guest, 3) == [200, 200, 200]
