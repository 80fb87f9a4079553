"""Which hosts a source may lie on: asked for wherever one is saved, tried or opened."""

import socket
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from config.allowed_hosts import HostNotAllowedError, checked
from config.models import DatabaseConfig
from jobs.health import try_source
from jobs.source.connection import SourceError
from tests.clients import staff
from tests.config.test_admin import CONNECTIONS, form_of, messages_of
from tests.factories import DatabaseConfigFactory
from tests.source import SourceDatabase

__all__ = ["staff"]

NAMES = {
    "db.example": ["192.0.2.10"],
    "both.example": ["10.1.2.3", "192.0.2.10"],
    "inside.example": ["10.1.2.3", "10.1.2.4"],
    "tricky.example": ["127.0.0.1"],
    "cloud.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "2130706433": ["127.0.0.1"],
}


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that are looked up, in a world of names for tests."""
    asked = []

    def getaddrinfo(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        if host not in NAMES:
            raise socket.gaierror("unknown")
        return [(0, 0, 0, "", (address, 0)) for address in NAMES[host]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        (["db.example"], "db.example"),
        (["DB.example."], "db.EXAMPLE"),
        (["db.example"], "db.example."),
        (["10.0.0.0/8"], "10.1.2.3"),
        (["10.1.2.3"], "10.1.2.3"),
        (["10.0.0.0/8"], "inside.example"),
        (["10.0.0.0/8", "192.0.2.0/24"], "both.example"),
        (["localhost"], "localhost"),
        (["127.0.0.0/8", "tricky.example"], "tricky.example"),
        (["2001:db8::/32"], "2001:db8::5"),
        (["/var/run/postgresql"], "/var/run/postgresql"),
    ],
)
def test_allowed(settings: Settings, monkeypatch: pytest.MonkeyPatch, looked_up: list[str],
                 allowed: list[str], host: str) -> None:  # fmt: skip
    monkeypatch.setitem(NAMES, "db.EXAMPLE", ["192.0.2.10"])
    monkeypatch.setitem(NAMES, "db.example.", ["192.0.2.10"])
    settings.SOURCE_ALLOWED_HOSTS = allowed
    place = checked(host)
    assert place.host == host
    assert bool(place.addresses) != host.startswith("/")


@pytest.mark.parametrize(
    ("allowed", "host", "why"),
    [
        (["db.example"], "other.example", "is not one of them"),
        (["db.example"], "10.1.2.3", "is not one of them"),
        (["10.0.0.0/8"], "192.0.2.1", "leads to 192.0.2.1"),
        (["10.0.0.0/8"], "both.example", "leads to 192.0.2.10"),
        (["10.0.0.0/8"], "unknown.example", "cannot be looked up"),
        (["tricky.example"], "tricky.example", "leads to 127.0.0.1"),
        (["cloud.example"], "cloud.example", "leads to 169.254.169.254"),
        (["mapped.example"], "mapped.example", "leads to ::ffff:"),
        (["10.0.0.0/8"], "2130706433", "leads to 127.0.0.1"),
        (["10.0.0.0/8"], "localhost", "leads to 127.0.0.1"),
        (["db.example"], "db.example,evil.example", "is not one of them"),
        (["db.example"], "db.example host=evil.example", "is not one of them"),
        (["db.example"], "/var/run/postgresql", "is not one of them"),
        (["db.example"], "@abstract", "is not one of them"),
    ],
)
def test_refused(
    settings: Settings, looked_up: list[str], allowed: list[str], host: str, why: str
) -> None:
    settings.SOURCE_ALLOWED_HOSTS = allowed
    with pytest.raises(HostNotAllowedError, match="SOURCE_ALLOWED_HOSTS alone") as caught:
        checked(host)
    assert why in str(caught.value)


def test_without_a_list_nothing_is_looked_up(settings: Settings, looked_up: list[str]) -> None:
    settings.SOURCE_ALLOWED_HOSTS = []
    assert checked("anything,at all").as_parameters() == {"host": "anything,at all"}
    assert looked_up == []


def test_what_was_checked_is_what_is_connected_to(
    source: SourceDatabase, settings: Settings, looked_up: list[str]
) -> None:
    """The name does not exist outside of this test, so libpq has not looked it up."""
    settings.SOURCE_ALLOWED_HOSTS = ["tricky.example", "127.0.0.1"]
    config = DatabaseConfig.active()
    config.host = "tricky.example"
    assert "answers" in try_source(config)
    assert looked_up == ["tricky.example"]
    config.database_name = "host=192.0.2.10 dbname=email_security"
    with pytest.raises(SourceError, match="does not exist"):
        try_source(config)


def test_it_is_asked_for_wherever_a_connection_is_used(
    source: SourceDatabase,
    settings: Settings,
    admin_client: Client,
    staff: APIClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other = DatabaseConfigFactory(name="old", host="10.9.9.9")
    settings.SOURCE_ALLOWED_HOSTS = ["127.0.0.1"]
    said = "10.9.9.9 leads to 10.9.9.9, which is not in them"
    page = admin_client.post(
        f"{CONNECTIONS}add/", form_of(other, name="new", password="x")
    ).content.decode()
    assert said in page
    body = {"name": "new", "host": "10.9.9.9", "username": "reader"}
    answer = staff.post("/api/config/database/", body, format="json")
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert '"host"' in answer.content.decode()
    assert said in messages_of(admin_client, "test_connection", CONNECTIONS, other.pk)
    tried = staff.post(f"/api/config/database/{other.pk}/test/", {}, format="json").json()
    assert not tried["ok"]
    assert said in tried["message"]
    assert not DatabaseConfig.objects.filter(name="new").exists()
    DatabaseConfig.objects.filter(is_active=True).update(host="10.9.9.9")
    with pytest.raises(CommandError, match="SOURCE_ALLOWED_HOSTS alone"):
        call_command("run_pipeline")
    settings.SOURCE_DB = {**settings.SOURCE_DB, "host": "elsewhere.example"}
    monkeypatch.setenv("SOURCE_DB_HOST", "elsewhere.example")
    with pytest.raises(CommandError, match=r"elsewhere\.example"):
        call_command("use_source")
    assert DatabaseConfig.active().host == "10.9.9.9"
