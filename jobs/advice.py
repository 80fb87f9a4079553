"""What a person can do about an error of the local database."""

from django.db import Error, OperationalError, ProgrammingError

_AWAY = "check that the server of DATABASE_URL runs; the next run goes on"
MIGRATE = "run `manage.py migrate`"
_ADVICE = (
    ("no such table", MIGRATE),
    ("no such column", MIGRATE),
    ("has no column named", MIGRATE),
    (
        "database is locked",
        "something has been writing there for longer than one waits: see what it is (a shell, "
        "VACUUM); the next run goes on",
    ),
    ("disk is full", "make room on the disk of DATABASE_URL; the next run goes on"),
    (
        "disk I/O error",
        "see whether the disk of DATABASE_URL is full, over its quota or failing; the next run "
        "goes on when it is well",
    ),
    (
        "readonly database",
        "let the user who runs this write the file of DATABASE_URL and its folder",
    ),
    (
        "unable to open database file",
        "the folder of DATABASE_URL has to be there, and the user who runs this to write in it",
    ),
    ("malformed", "the file is damaged: put back the newest copy (docs/operations.md)"),
    ("file is not a database", "put back the newest copy (docs/operations.md)"),
    ("No space left on device", "make room on the disk of that server; the next run goes on"),
    ("read-only transaction", "DATABASE_URL leads to a server that only reads: a standby?"),
    ("password authentication failed", "check user name and password in DATABASE_URL"),
    ("connection to server", _AWAY),
    ("closed the connection", _AWAY),
    ("terminating connection", _AWAY),
    ("connection already closed", _AWAY),
    ("starting up", _AWAY),
    ("shutting down", _AWAY),
)
_MISSING = "does not exist"
"""PostgreSQL of tables while it works, and of databases and roles while it connects."""


def told(error: Error) -> str:
    """An error of the local database in one line: what, and what to do where that is known."""
    said = f"local database: {error}".splitlines()[0].rstrip(".")
    advice = _advice(error, said)
    return f"{said}; {advice}" if advice else said


def _advice(error: Error, said: str) -> str:
    if _MISSING in said and isinstance(error, ProgrammingError):
        return MIGRATE
    if _MISSING in said and isinstance(error, OperationalError):
        return "create it, or name another one in DATABASE_URL"
    return next((advice for text, advice in _ADVICE if text in said), "")
