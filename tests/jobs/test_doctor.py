"""What the doctor says of a local database that cannot be used as it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from tests.jobs.test_commands import said_by_doctor

pytestmark = pytest.mark.django_db


@pytest.fixture
def read_only() -> Iterator[None]:
    """Nothing can be written, as on a standby or with a file of somebody else's."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1" if sqlite else "SET TRANSACTION READ ONLY")
        yield
        if sqlite:
            cursor.execute("PRAGMA query_only = 0")


def of_local_database(said: str) -> list[str]:
    """The lines about it; with something wrong there, all else is looked at that does not rest on
    it, as a full disk may be the reason."""
    lines = [line for line in said.splitlines() if " local database: " in line]
    if not said.count("ok    local database"):
        assert "windows:" not in said
    for subject in (" room: ", " source", " redis: "):
        assert subject in said
    return lines


def test_migrations_that_wait() -> None:
    applied = MigrationRecorder.Migration.objects
    for app, count in (("jobs", 1), ("config", 2)):
        newest = applied.filter(app=app).order_by("-id")[0]
        newest.delete()
        (line,) = of_local_database(said_by_doctor())
        assert (
            line
            == f"BAD   local database: migrations not applied: {count}; run `manage.py migrate`"
        )


@pytest.mark.usefixtures("read_only")
def test_one_that_takes_no_writes() -> None:
    (line,) = of_local_database(said_by_doctor())
    assert line.startswith("BAD   local database: ")
    assert ("readonly database; let the user" in line) or (
        "read-only transaction; DATABASE" in line
    )


def test_one_that_does_not_answer() -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError("disk I/O error")

    with connection.execute_wrapper(refuse):
        said = said_by_doctor()
    (line,) = of_local_database(said)
    assert line.startswith("BAD   local database: disk I/O error; see whether the disk of")
    assert "look  source: not known: its connection is in the local database" in said


def test_one_whose_folder_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("jobs.space.sqlite_file", lambda: tmp_path / "gone" / "db.sqlite3")
    assert "look  room: not known: " in said_by_doctor()


def test_one_that_is_well() -> None:
    (line,) = of_local_database(said_by_doctor())
    assert line == f"ok    local database: {connection.vendor}, migrated and writable"
