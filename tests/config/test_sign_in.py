"""Passwords are not guessed at the admin's page: not for one name, and not for many from one
address. Also while Redis, where it is counted, is away: each process then counts for itself."""

import base64
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("cache", ["default", "away"])]

SignIn = Callable[..., int | str]


@pytest.fixture
def sign_in(
    client: Client, settings: Settings, request: pytest.FixtureRequest, cache: str
) -> SignIn:
    """Signs in through the page; the status, or that there were too many."""
    if cache == "default":
        url = request.getfixturevalue("redis_url")
        kept = {**settings.CACHES["default"], "LOCATION": url}
        settings.CACHES = {**settings.CACHES, "default": kept}
    settings.NUM_PROXIES = 0
    for name in ("operator", "colleague"):
        User.objects.create_superuser(name, password="right")

    def sign_in(password: str, name: str = "operator", **other: str) -> int | str:
        data = {"username": name, "password": password}
        page = client.post("/admin/login/", data, **other)  # type: ignore[arg-type]
        client.logout()
        said = page.content.decode()
        return "too many" if "Too many sign-ins with this name" in said else page.status_code

    return sign_in


def over_rest(client: Client) -> int:
    """The same name and password at the APIs."""
    pair = base64.b64encode(b"operator:right").decode()
    headers = {"authorization": f"Basic {pair}"}
    return client.get("/api/config/database/", headers=headers).status_code


def test_one_name(client: Client, settings: Settings, sign_in: SignIn) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"failed sign-ins": "3/hour"}
    assert sign_in("right") == 302
    assert [sign_in("wrong") for _ in range(3)] == [200, 200, 200]
    assert sign_in("right") == "too many", "it is not even looked at"
    assert sign_in("right", name="colleague") == 302
    assert sign_in("right", REMOTE_ADDR="192.0.2.7") == 302
    assert over_rest(client) == 429, "the APIs count the same"


def test_many_names_from_one_address(client: Client, settings: Settings, sign_in: SignIn) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {
        "failed sign-ins": "2/hour",
        "failed sign-ins of an address": "6/hour",
    }
    shared_office = [sign_in("mistyped", name=name) for name in ("operator", "colleague")]
    assert shared_office == [200, 200]
    assert [sign_in("stale", name="script") for _ in range(5)] == [200, 200, *["too many"] * 3]
    assert sign_in("right") == 302, "only what is looked at is counted"
    assert [sign_in("guess", name=f"name-{n}") for n in range(4)] == [200, 200, *["too many"] * 2]
    assert sign_in("right") == "too many"
    assert over_rest(client) == 429
    assert sign_in("right", REMOTE_ADDR="192.0.2.7") == 302, "others come from elsewhere"
