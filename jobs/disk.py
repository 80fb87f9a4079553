"""Room for the local database, and copies of it, in words."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone

from config.outage import in_words
from jobs import backup
from jobs.findings import Finding
from jobs.space import free_bytes, local_database_bytes

LEAST_ROOM = 1_000_000_000


def room() -> Finding:
    """Does the local database have room to grow?"""
    try:
        free, size = free_bytes(), local_database_bytes()
    except (DatabaseError, OSError) as error:
        return Finding.doubtful("room", f"not known: {in_words(error)}")
    if free is None:
        return Finding.good("room", f"the local database has {size:,} bytes")
    if free < max(LEAST_ROOM, size):
        return Finding.bad(
            "room",
            f"{free:,} bytes are free beside a local database of {size:,}: make room on that disk; "
            "`manage.py prune` only ends growth, VACUUM after it gives room back and needs some "
            "itself (docs/operations.md, Retention)",
        )
    return Finding.good("room", f"the local database has {size:,} bytes, {free:,} are free")


def copies() -> Iterator[Finding]:
    """Is there a copy in BACKUP_DIR that is new enough? Nothing where that is not set."""
    if not settings.BACKUP_DIR:
        return
    try:
        copy = backup.newest()
    except backup.BackupError as error:
        yield Finding.bad("backup", str(error))
        return
    if copy is None:
        yield Finding.doubtful(
            "backup", f"there is none in {settings.BACKUP_DIR}: `manage.py backup`, daily by cron"
        )
        return
    said = f"the newest is of {copy.made_at:%Y-%m-%d %H:%M}Z, {copy.size:,} bytes"
    if timezone.now() - copy.made_at > timedelta(hours=settings.BACKUP_MAX_AGE_HOURS):
        limit = f"older than {settings.BACKUP_MAX_AGE_HOURS} hours"
        yield Finding.doubtful("backup", f"{said}, {limit}: `manage.py backup`, daily by cron")
    else:
        yield Finding.good("backup", said)
