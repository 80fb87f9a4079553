"""The nursery as the soak sees it: orders, and the processes that follow them."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
from django.db import connection

from tests.processes import ROOT, environment

FINITE_SECONDS = 120
RUN = ("run_pipeline",)
SCHEDULE = ("rqscheduler", "--interval", "1", "--verbosity", "0")
WORK = ("rqworker", "high", "default", "--burst", "--with-scheduler", "--verbosity", "0")


@dataclass
class Order:
    """A `manage.py` command at a simulated time. `tick`: the schedule's job is put into the queue
    before. `most_bytes`: no file may grow beyond. `read_only`: nothing local may be written."""

    arguments: tuple[str, ...]
    ahead: float
    tick: bool = False
    most_bytes: int | None = None
    read_only: bool = False

    @property
    def works(self) -> bool:
        """Is it a worker?"""
        return self.arguments == WORK


@dataclass
class Child:
    """A process that follows an order. `status`: how it has ended, None while it has not."""

    nursery: "Nursery"
    order: Order
    process: psutil.Process
    status: int | None = None
    begun: float = field(default_factory=time.monotonic)

    def has_ended(self) -> bool:
        """Ask whether it has."""
        if self.status is None:
            self.status = self.nursery.ask(wait=self.process.pid)
        return self.status is not None

    def send(self, signal: int) -> None:
        """A signal, unless it has ended."""
        if not self.has_ended():
            self.process.send_signal(signal)

    def kill(self) -> None:
        """kill -9 of it, and of its work horse before."""
        self.kill_horse()
        if not self.has_ended():
            self.process.kill()

    def kill_horse(self) -> None:
        """kill -9 of its own children."""
        for horse in [] if self.has_ended() else self.process.children(recursive=True):
            horse.kill()


class Nursery:
    """Makes processes, warm, on this test's database."""

    def __init__(self, process: "subprocess.Popen[str]", log: Path) -> None:
        self._process = process
        self.log = log

    @classmethod
    @contextmanager
    def opened(cls, redis_url: str, folder: Path, zone: str) -> Iterator["Nursery"]:
        """`zone`: that of the machine on which its processes think they are."""
        values = environment(redis_url) | {"LOG_LEVEL": "ERROR", "TZ": zone}
        if connection.vendor == "sqlite":
            values["DATABASE_URL"] += "?timeout=2"
        log = folder / "soak.log"
        log.touch()
        with subprocess.Popen(
            [sys.executable, "-m", "tests.faults.soak.nursery", str(log)],
            cwd=ROOT,
            env=values,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield cls(process, log)
            assert process.stdin is not None
            process.stdin.close()

    def ask(self, **order: Any) -> Any:
        """Give an order; what is answered."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def begin(self, order: Order) -> Child:
        """A process that follows an order."""
        return Child(self, order, psutil.Process(self.ask(**vars(order))))

    def said(self) -> str:
        """The last of what its processes have said."""
        return self.log.read_text(errors="replace")[-3000:]
