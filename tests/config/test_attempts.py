"""Who tried to connect where, and what came of it: kept for every try, stored connection or not."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from config.history import TRIED
from config.models import DatabaseConfig
from tests.clients import staff
from tests.config.test_admin import CONNECTIONS, form_of, messages_of
from tests.config.test_history import CHANGES
from tests.factories import DatabaseConfigFactory
from tests.source import SourceDatabase

__all__ = ["staff"]

pytestmark = pytest.mark.django_db

PASSWORD = "a-password-that-was-typed-in"


def kept() -> list[tuple[str, str, str]]:
    """Who, what it is called, and the words of each try, oldest first."""
    tries = LogEntry.objects.filter(action_flag=TRIED).order_by("pk")
    return [(one.user.get_username(), one.object_repr, one.change_message) for one in tries]


def test_a_connection_that_is_not_stored(admin_client: Client) -> None:
    typed = form_of(DatabaseConfigFactory.build(name="", host="127.0.0.1"), password=PASSWORD)
    admin_client.post(f"{CONNECTIONS}add/try/", typed | {"name": "new"})
    ((who, name, said),) = kept()
    assert (who, name) == ("admin", "new")
    assert said.startswith(
        "host: 127.0.0.1; port: 1; database name: email_security; username: reader; outcome: "
        "Reachable: "
    )
    assert not DatabaseConfig.objects.exists()
    page = admin_client.get(CHANGES).content.decode()
    assert "tried" in page
    assert "host: 127.0.0.1; port: 1" in page
    assert PASSWORD not in page


def test_values_in_the_form_of_a_stored_one(source: SourceDatabase, admin_client: Client) -> None:
    config = DatabaseConfig.active()
    place = f"{CONNECTIONS}{config.pk}/"
    admin_client.post(f"{place}try/", form_of(config))
    admin_client.post(f"{place}try/", form_of(config, username="nobody", password=PASSWORD))
    (_, name, good), (_, _, bad) = kept()
    assert name == "source"
    assert good.endswith("; username: postgres; outcome: it works")
    assert re.search("; username: nobody; outcome: Credentials: .*authentication failed", bad)
    history = admin_client.get(f"{place}history/").content.decode()
    assert "username: nobody" in history
    assert PASSWORD not in history


def test_what_is_refused(admin_client: Client, settings: Settings) -> None:
    """Nothing was connected to, and somebody wanted it."""
    settings.SOURCE_ALLOWED_HOSTS = ["db.example"]
    config = DatabaseConfigFactory(host="db.example", password="kept")
    place = f"{CONNECTIONS}{config.pk}/try/"
    wrong = ({"host": "10.0.0.7", "password": PASSWORD}, {"port": "x" * 500}, {"host": "a\0b"})
    for changes in wrong:
        assert admin_client.post(place, form_of(config, **changes)).status_code == 200
    (_, _, host), (_, _, port), (_, _, unprintable) = kept()
    assert unprintable.startswith("host: ab; ")
    assert host.startswith("host: 10.0.0.7; port: 1; ")
    assert "outcome: refused: Host: " in host
    assert f"port: {'x' * 200}; " in port
    assert "outcome: refused: Port: Enter a whole number." in port
    assert PASSWORD not in host + port


def test_stored_connections_through_every_face(admin_client: Client, staff: APIClient) -> None:
    first, second = DatabaseConfigFactory(name="a"), DatabaseConfigFactory(name="b")
    messages_of(admin_client, "test_connection", CONNECTIONS, first.pk, second.pk)
    staff.post(f"/api/config/database/{second.pk}/test/")
    assert [(who, name) for who, name, _ in kept()] == [
        ("admin", "a"),
        ("admin", "b"),
        ("operator", "b"),
    ]
    assert re.search(r"outcome: .*Connection refused; .* \(over REST\)$", kept()[-1][2])
    entry = LogEntry.objects.latest("pk")
    assert admin_client.get(f"{CHANGES}{entry.pk}/change/").status_code == 200
    page = admin_client.get(f"{CHANGES}?action_flag__exact={TRIED}&q=over+REST").content.decode()
    assert page.count("database name: email_security") == 1


def test_one_that_never_ends_has_its_line_too(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> None:
        raise SystemExit

    monkeypatch.setattr("config.admin.databases.try_connection", die)
    config = DatabaseConfigFactory()
    with pytest.raises(SystemExit):
        admin_client.post(f"{CONNECTIONS}{config.pk}/try/", form_of(config))
    ((_, _, said),) = kept()
    assert said.endswith("outcome: not ended")


def test_nothing_is_tried_that_cannot_be_kept(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[DatabaseConfig] = []

    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError("attempt to write a readonly database")

    config = DatabaseConfigFactory()
    monkeypatch.setattr(LogEntry.objects, "bulk_create", refuse)
    monkeypatch.setattr("config.admin.databases.try_connection", tried.append)
    with pytest.raises(DatabaseError):
        admin_client.post(f"{CONNECTIONS}{config.pk}/try/", form_of(config))
    assert tried == []
