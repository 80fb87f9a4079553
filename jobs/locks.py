"""Locks of PostgreSQL that belong to no row. SQLite lets one writer in at a time anyway.

Whoever writes takes them in the order in which they stand here, and all of them before the rows
of windows and of the version.
"""

from jobs import bulk

_DAY, _MARKING, _COVERING = 7_210_000, 7_210_001, 7_210_002
_HOURS = 24


def keep_days(hours: range) -> None:
    """Nobody else writes the counts of these windows (or of others of their days) until this
    transaction ends."""
    _lock(
        "SELECT pg_advisory_xact_lock(%s, day) FROM generate_series(%s, %s) AS day",
        _DAY,
        hours.start // _HOURS,
        (hours.stop - 1) // _HOURS,
    )


def one_marks_scores() -> None:
    """One transaction at a time revises counts and marks what rests on them, until it ends.

    New counts may be inserted before: whoever inserted some that another one cannot see yet takes
    this lock, and ends, after it. So their scores are computed after both.
    """
    _lock("SELECT pg_advisory_xact_lock(%s)", _MARKING)


def cover_windows() -> None:
    """New windows wait until whoever marks windows has ended, who would not see them; and the
    other way round."""
    _lock("SELECT pg_advisory_xact_lock(%s)", _COVERING)


def mark_windows() -> None:
    """Any number of transactions mark windows at a time, while none covers new ones."""
    _lock("SELECT pg_advisory_xact_lock_shared(%s)", _COVERING)


def check_references() -> None:
    """Check foreign keys now instead of at the end, when rows that others wait for are locked."""
    if not bulk.is_sqlite():
        bulk.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _lock(sql: str, *params: int) -> None:
    if not bulk.is_sqlite():
        bulk.execute(sql, params)
