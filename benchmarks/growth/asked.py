"""What an answer takes of the server that gives it."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.load import LoadError, Request, answer
from benchmarks.processes import Taken
from benchmarks.servers import Server, gunicorn, serving

ENOUGH_SECONDS, ENOUGH_ANSWERS = 0.3, 200
"""Of processors; whatever comes first, but five answers at least."""
FEWEST_ANSWERS = 5


@contextmanager
def product(settings: Mapping[str, str], folder: Path) -> Iterator[Server]:
    """The product in one process, so that it knows or does not know what it was asked before. It
    works out every answer."""
    command = gunicorn("sentiment_analysis.wsgi", workers=1)
    own = {**settings, "KEPT_ANSWERS_MB": "0"}
    with serving("ours", command, own, folder, "/api/health/live/") as server:
        yield server


def body(server: Server, request: Request) -> bytes:
    """The answer, which has to be a good one."""
    status, _, said = answer(server, request)
    if status != 200 or b'"errors"' in said[:20]:
        raise LoadError(f"{request.path} {request.body}: {status} {said[:300]!r}")
    return said


def taken_by(server: Server, request: Request, before: Callable[[], None]) -> Taken:
    """What one answer takes; `before` is called ahead of each one."""
    before()
    body(server, request)
    begin, wall, count = server.seconds(), 0.0, 0
    while count < FEWEST_ANSWERS or (
        count < ENOUGH_ANSWERS and server.seconds() - begin < ENOUGH_SECONDS
    ):
        before()
        start = time.perf_counter()
        body(server, request)
        wall += time.perf_counter() - start
        count += 1
    return Taken((server.seconds() - begin) / count, wall / count, server.memory())


def changed(file: Path) -> Callable[[], None]:
    """As after a run: the data have another version, so nothing is known of them."""

    def change() -> None:
        with closing(sqlite3.connect(file, timeout=60)) as link, link:
            rise = "UPDATE sentiment_api_dataversion SET number = number + 1"
            if link.execute(rise).rowcount != 1:
                raise LoadError(f"{file} has no version of its data")

    return change


def unchanged() -> None:
    """As between two runs: what was counted before is still known."""
