"""Processes of the product, as tests start them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).parent.parent


def environment(redis_url: str) -> dict[str, str]:
    """What a process of the product needs to work on this test's database and Redis."""
    database = connection.settings_dict
    local = (
        f"sqlite:///{database['NAME']}"
        if connection.vendor == "sqlite"
        else "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    )
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "sentiment_analysis.settings",
        "DATABASE_URL": local,
        "REDIS_URL": redis_url or os.environ["REDIS_URL"],
    }


@contextmanager
def process(redis_url: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A `manage.py` process on this test's database and Redis."""
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    started = subprocess.Popen(
        command, env=environment(redis_url), cwd=ROOT, start_new_session=True
    )
    try:
        yield started
    finally:
        started.terminate()
        started.wait(30)
