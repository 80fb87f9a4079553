"""How much room the local database takes, and has."""

import shutil
from pathlib import Path

from django.db import connection

from jobs.bulk import fetch, is_sqlite


def sqlite_file() -> Path | None:
    """The file of the local database; None where it is a server's."""
    return Path(str(connection.settings_dict["NAME"])) if is_sqlite() else None


def local_database_bytes() -> int:
    """Its size on disk, with what is not yet merged into an SQLite file."""
    file = sqlite_file()
    if file is None:
        ((size,),) = fetch("SELECT pg_database_size(current_database())")
        return int(size)
    parts = (file, Path(f"{file}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def free_bytes() -> int | None:
    """What is free on the disk of an SQLite file; None where a server has to know."""
    file = sqlite_file()
    return None if file is None else shutil.disk_usage(file.parent).free
