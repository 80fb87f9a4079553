"""Rotation of the keys that encrypt stored secrets."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.models import DatabaseConfig
from config.stored_secrets import outdated, unreadable
from tests.factories import DatabaseConfigFactory

pytestmark = pytest.mark.django_db


def rotate_keys() -> str:
    """What the command says."""
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def tokens() -> list[str]:
    """What is stored, as it is stored."""
    return [config.password.token for config in DatabaseConfig.objects.order_by("pk")]


def test_rotation_gives_every_secret_the_newest_key_and_is_done_once(settings: Settings) -> None:
    oldest, older, newest = (Fernet.generate_key().decode() for _ in range(3))
    settings.FIELD_ENCRYPTION_KEYS = [oldest]
    first = DatabaseConfigFactory(password="one")
    settings.FIELD_ENCRYPTION_KEYS = [older, oldest]
    DatabaseConfigFactory(password="two")
    DatabaseConfigFactory(password="")
    settings.FIELD_ENCRYPTION_KEYS = [newest, older, oldest]
    changed = DatabaseConfig.objects.get(pk=first.pk).updated_at
    assert outdated() == 2
    assert rotate_keys().startswith("2 of 2 stored passwords encrypted anew")
    after = tokens()
    assert rotate_keys().startswith("0 of 2 stored passwords encrypted anew")
    assert tokens() == after
    assert outdated() == 0
    settings.FIELD_ENCRYPTION_KEYS = [newest]
    found = [config.password.reveal() for config in DatabaseConfig.objects.order_by("pk")]
    assert found == ["one", "two", ""]
    assert DatabaseConfig.objects.get(pk=first.pk).updated_at == changed


def test_a_secret_that_no_key_opens_is_named_and_nothing_is_changed(settings: Settings) -> None:
    old, lost, newest = (Fernet.generate_key().decode() for _ in range(3))
    settings.FIELD_ENCRYPTION_KEYS = [old]
    DatabaseConfigFactory(password="kept", name="good")
    settings.FIELD_ENCRYPTION_KEYS = [lost]
    closed = DatabaseConfigFactory(password="hidden", name="reports of Berlin")
    settings.FIELD_ENCRYPTION_KEYS = [newest, old]
    before = tokens()
    with pytest.raises(CommandError) as caught:
        rotate_keys()
    said = str(caught.value)
    assert f"password of database connection {closed.pk}, reports of Berlin" in said
    assert "good" not in said
    assert "Put the key it was encrypted with behind the others" in said
    assert "\n" not in said
    assert [token for token in (*before, lost, old, newest, "hidden") if token in said] == []
    assert tokens() == before
    assert [stored.row for stored in unreadable()] == [closed]


def test_what_is_stored_is_never_shown(settings: Settings) -> None:
    DatabaseConfigFactory(password="a word")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    (stored,) = unreadable()
    assert stored.secret.token not in f"{stored} {stored!r} {[stored]}"
