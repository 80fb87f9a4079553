"""Errors of the local database, with what to do."""

import pytest
from django.db import DatabaseError, Error, OperationalError, ProgrammingError

from jobs.advice import told


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OperationalError("no such table: x"), "no such table: x; run `manage.py migrate`"),
        (OperationalError("no such column: x.y"), "no such column: x.y; run `manage.py migrate`"),
        (OperationalError("table x has no column named y"), "named y; run `manage.py migrate`"),
        (ProgrammingError('relation "x" does not exist\nLINE 1'), "exist; run `manage.py migrate`"),
        (OperationalError('FATAL: database "x" does not exist'), "exist; create it, or name"),
        (OperationalError("database is locked"), "locked; something has been writing there for"),
        (OperationalError("database or disk is full"), "full; make room on the disk of DATABASE"),
        (OperationalError("unable to open database file"), "file; the folder of DATABASE_URL has"),
        (DatabaseError("database disk image is malformed"), "malformed; the file is damaged: put"),
        (OperationalError("could not extend file: No space left on device"), "; make room on the"),
        (OperationalError("FATAL:  the database system is starting up"), "; check that the server"),
        (DatabaseError("cannot execute INSERT in a read-only transaction"), "only reads: a stand"),
        (DatabaseError("something else"), "local database: something else"),
    ],
)
def test_one_line_with_what_to_do(error: Error, said: str) -> None:
    line = told(error)
    assert line.startswith("local database: ")
    assert said in line
    assert "\n" not in line


def test_what_passes_says_how_to_go_on() -> None:
    full, damaged = OperationalError("disk is full"), DatabaseError("image is malformed")
    assert told(full).endswith("; make room on the disk of DATABASE_URL")
    assert told(full, "they go on").endswith("; make room on the disk of DATABASE_URL; they go on")
    assert "they go on" not in told(damaged, "they go on")
