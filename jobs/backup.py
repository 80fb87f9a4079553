"""Copies of the local database, made while everything is at work."""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp

from django.conf import settings
from django.db import connection
from django.utils import timezone

from jobs.clock import CLOCK_TOLERANCE
from jobs.space import sqlite_file

NAME = "sentiment-%Y%m%dT%H%M%SZ"
PATTERN = re.compile(r"sentiment-\d{8}T\d{6}Z\.(sqlite3|dump)")


class BackupError(Exception):
    """No copy was made; the message says why, and what to do."""


@dataclass(frozen=True)
class Backup:
    """A copy that was found whole."""

    file: Path

    @property
    def made_at(self) -> datetime:
        """When, as its name says."""
        return datetime.strptime(self.file.stem, NAME).replace(tzinfo=UTC)

    @property
    def size(self) -> int:
        """In bytes."""
        return self.file.stat().st_size


def backups(folder: Path) -> list[Backup]:
    """The copies in a folder, oldest first. Raises BackupError where nobody may look."""
    try:
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise BackupError(f"{folder}: {error.strerror or error}; may we read it") from error
    return [Backup(file) for file in files if _is_named_like_a_copy(file)]


def _is_named_like_a_copy(file: Path) -> bool:
    """Is it of a moment that was? One to come is of a clock that was ahead: it would pass for the
    newest for years."""
    if not PATTERN.fullmatch(file.name):
        return False
    try:
        return Backup(file).made_at <= timezone.now() + CLOCK_TOLERANCE
    except ValueError:
        return False


def newest() -> Backup | None:
    """The newest copy in BACKUP_DIR. Raises BackupError."""
    if not settings.BACKUP_DIR:
        return None
    found = backups(Path(settings.BACKUP_DIR))
    return found[-1] if found else None


def make(folder: Path) -> Backup:
    """Copy the local database into a folder. The copy appears under its name when it is whole and
    on disk, or not at all."""
    source = sqlite_file()
    copy = _copy_sqlite(source) if source else _dump_postgres
    name = timezone.now().strftime(NAME) + (".sqlite3" if source else ".dump")
    try:
        # Not the folders above it: where these are missing a disk is not mounted, or it is a typo.
        folder.mkdir(exist_ok=True)
        handle, text = mkstemp(prefix=".partial-", dir=folder)
        os.close(handle)
        partial = Path(text)
        try:
            copy(partial)
            _flush(partial)
            partial.rename(folder / name)
            _flush(folder)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise BackupError(
            f"{folder}: {error.strerror or error}; is the folder above it there, is there room, "
            "may we write"
        ) from error
    return Backup(folder / name)


def thin_out(folder: Path, keep: int) -> list[Backup]:
    """Delete all copies but the newest ones; those that were deleted."""
    old = backups(folder)[:-keep]
    for backup in old:
        backup.file.unlink()
    return old


def _copy_sqlite(source: Path) -> Callable[[Path], None]:
    """SQLite's own online backup: one snapshot, beside readers and writers."""

    def copy(target: Path) -> None:
        try:
            original = f"{source.absolute().as_uri()}?mode=ro"
            with (
                closing(sqlite3.connect(original, uri=True, timeout=60)) as there,
                closing(sqlite3.connect(target)) as here,
            ):
                there.backup(here)
                # One file, without the log that goes beside the original.
                here.execute("PRAGMA journal_mode=DELETE")
                ((verdict,),) = here.execute("PRAGMA integrity_check(1)").fetchall()
                broken_keys = here.execute("PRAGMA foreign_key_check").fetchone()
        except sqlite3.Error as error:
            raise BackupError(f"{source} cannot be copied: {error}") from error
        if verdict != "ok" or broken_keys:
            raise BackupError(
                f"the copy of {source} is not sound ({verdict}): the original is damaged too; "
                "restore the newest good copy"
            )

    return copy


def _dump_postgres(target: Path) -> None:
    """PostgreSQL's own tool, which is found or named."""
    parts = connection.settings_dict
    where = {"host": parts["HOST"], "port": parts["PORT"], "username": parts["USER"]}
    options = [f"--{name}={value}" for name, value in where.items() if value]
    command = ["pg_dump", "--format=custom", *options, f"--dbname={parts['NAME']}"]
    if shutil.which("pg_dump") is None:
        raise BackupError(
            "results lie in PostgreSQL, and pg_dump is not installed here: install the client of "
            f"your server's version, or run where it is: {' '.join(command)} --file=FILE"
        )
    # As careful about the server as we are: what psycopg2 is told of TLS, in libpq's own names.
    tls = {
        f"PG{name.upper()}": str(value)
        for name, value in parts["OPTIONS"].items()
        if name.startswith("ssl")
    }
    environment = os.environ | tls | {"PGPASSWORD": str(parts["PASSWORD"] or "")}
    for step in ([*command, f"--file={target}"], ["pg_restore", "--list", str(target)]):
        done = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or [f"{step[0]} gave no reason"])[0]
            raise BackupError(f"{said}; pg_dump has to be of your server's version or newer")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
