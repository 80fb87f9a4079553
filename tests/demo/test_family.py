"""The supervisor's family: lives together, ends together, leaves nobody behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from tests.demo.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]

# A member that starts a child in a process group of its own, as a worker does with its work horse.
MEMBER = """
import os, signal, sys, time
if os.fork() == 0:
    os.setpgrp()
    open(sys.argv[1] + ".horse", "w").write(str(os.getpid()))
    time.sleep(120)
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").write(str(os.getpid()))
time.sleep(120)
"""
PARENT = f"""
import os, sys
from demo.family import Family
family = Family(started=lambda: None)
for name, kind in (("one", "willing"), ("two", sys.argv[2])):
    command = [sys.executable, "-c", {MEMBER!r}, os.path.join(sys.argv[1], name), kind]
    family.add(name, command, dict(os.environ), sys.argv[1])
family.loop()
print("lost:", family.lost)
"""


class Running:
    """A supervisor with two members, each with a child."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(folder), kind],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        files = [folder / name for name in ("one", "two", "one.horse", "two.horse")]
        assert wait_for(lambda: all(f.exists() and f.read_text() for f in files))
        self.members = [psutil.Process(int(file.read_text())) for file in files]

    def end(self) -> str:
        output, _ = self.process.communicate(timeout=30)
        return output

    def all_gone(self) -> bool:
        return wait_for(lambda: not any(alive(member) for member in self.members))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    started: list[Running] = []

    def begin(kind: str) -> Running:
        started.append(Running(tmp_path, kind))
        return started[-1]

    yield begin
    for running in started:
        running.process.kill()
        running.process.communicate()
        for member in running.members:
            if alive(member):
                member.kill()


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (signal.SIGINT, "willing"),
        (signal.SIGTERM, "willing"),
        (signal.SIGHUP, "willing"),
        (signal.SIGTERM, "stubborn"),
    ],
)
def test_ends_everybody_when_asked(
    start: Callable[[str], Running], asked: signal.Signals, kind: str
) -> None:
    running = start(kind)
    running.process.send_signal(asked)
    assert "lost: None" in running.end()
    assert running.all_gone()


def test_who_is_killed_is_started_again_and_nobody_else_is(
    start: Callable[[str], Running], tmp_path: Path
) -> None:
    running = start("willing")
    one, two = running.members[:2]
    os.kill(two.pid, signal.SIGKILL)
    assert wait_for(lambda: (tmp_path / "two").read_text() not in ("", str(two.pid)))
    running.members.append(psutil.Process(int((tmp_path / "two").read_text())))
    assert alive(one)
    running.process.terminate()
    assert "lost: None" in running.end()
    assert running.all_gone()


def test_who_cannot_be_kept_ends_all_and_is_named(start: Callable[[str], Running]) -> None:
    running = start("willing")
    keeper = running.members[1].parent()
    assert keeper is not None
    keeper.kill()
    assert "lost: two" in running.end()
    assert running.all_gone()


def test_nobody_outlives_a_killed_supervisor(start: Callable[[str], Running]) -> None:
    running = start("stubborn")
    running.process.kill()
    assert running.all_gone()


def alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
