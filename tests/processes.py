"""Processes of the product, as tests start them."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil  # type: ignore[import-untyped]
import requests
from django.db import connection

from tests.demo.waiting import wait_for

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


def manage_command(*arguments: str, clock: Path | None = None) -> list[str]:
    """What starts a `manage.py` process; with a clock's file it goes by that."""
    by = ["-m", "tests.faults.at_another_time", str(clock)] if clock else [str(ROOT / "manage.py")]
    return [sys.executable, *by, *arguments]


@contextmanager
def process(
    redis_url: str, *arguments: str, clock: Path | None = None, **changes: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A `manage.py` process on this test's database and Redis; `changes` are to its environment."""
    command = manage_command(*arguments, clock=clock)
    values = environment(redis_url) | changes
    started = subprocess.Popen(command, env=values, cwd=ROOT, start_new_session=True)
    try:
        yield started
    finally:
        started.terminate()
        started.wait(30)


def kill_family(process: subprocess.Popen[bytes]) -> None:
    """kill -9 of a process and of all that it has started: work horses are in process groups of
    their own."""
    family = psutil.Process(process.pid)
    members = [family, *family.children(recursive=True)]
    for member in members:
        # Nobody may start others, or be told of a death.
        with suppress(psutil.NoSuchProcess):
            member.suspend()
    for member in members:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait(10)
    psutil.wait_procs(members, timeout=10)


@contextmanager
def web_server(out: IO[str] | None = None, **changes: str) -> Iterator[str]:
    """gunicorn as it is run, with two processes, on this test's database; its address."""
    with starting_web_server(out, **changes) as (_, address):
        assert wait_for(lambda: answers(address), 60)
        yield address


@contextmanager
def starting_web_server(
    out: IO[str] | None = None, **changes: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """gunicorn, and the address at which it will answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    values = environment("") | {"PORT": port, "THROTTLE_GUEST": ""} | changes
    values.pop("PROMETHEUS_MULTIPROC_DIR", None)
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "sentiment_analysis.wsgi"],
        cwd=ROOT,
        env=values,
        stdout=out or subprocess.DEVNULL,
    )
    try:
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def answers(address: str) -> bool:
    """Does the web server take requests?"""
    try:
        return requests.get(f"{address}/api/health/live/", timeout=5).ok
    except (requests.ConnectionError, requests.Timeout):
        return False
