"""What a person can do about an error of the local database."""

from django.db import Error, OperationalError, ProgrammingError

MIGRATE = "run `manage.py migrate`"
NEXT_RUN = "the next run goes on"
_AWAY = "check that the server of DATABASE_URL runs"
_STAYS = (
    ("no such table", MIGRATE),
    ("no such column", MIGRATE),
    ("has no column named", MIGRATE),
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
    ("read-only transaction", "DATABASE_URL leads to a server that only reads: a standby?"),
    ("password authentication failed", "check user name and password in DATABASE_URL"),
)
_PASSES = (
    (
        "database is locked",
        "something has been writing there for longer than one waits: see what it is (a shell, "
        "VACUUM)",
    ),
    ("disk is full", "make room on the disk of DATABASE_URL"),
    ("disk I/O error", "see whether the disk of DATABASE_URL is full, over its quota or failing"),
    ("No space left on device", "make room on the disk of that server"),
    ("connection to server", _AWAY),
    ("closed the connection", _AWAY),
    ("terminating connection", _AWAY),
    ("connection already closed", _AWAY),
    ("starting up", _AWAY),
    ("shutting down", _AWAY),
)
"""What it stopped goes on afterwards. An error that also says what stays is of that kind."""
_MISSING = "does not exist"
"""PostgreSQL of tables while it works, and of databases and roles while it connects."""


def told(error: Error, how_to_go_on: str = "") -> str:
    """An error of the local database in one line: what, what to do where that is known, and, where
    it passes, what does the rest of what it has stopped."""
    said = f"local database: {error}".splitlines()[0].rstrip(".")
    return "; ".join(filter(None, (said, *_advice(error, said, how_to_go_on))))


def _advice(error: Error, said: str, how_to_go_on: str) -> tuple[str, ...]:
    if _MISSING in said and isinstance(error, ProgrammingError):
        return (MIGRATE,)
    if _MISSING in said and isinstance(error, OperationalError):
        return ("create it, or name another one in DATABASE_URL",)
    for text, advice in _STAYS:
        if text in said:
            return (advice,)
    return next(((advice, how_to_go_on) for text, advice in _PASSES if text in said), ())
