"""What ends unasked is started again."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from deploy.keep import LONGEST_SECONDS, Patience
from tests.demo.waiting import wait_for
from tests.processes import ROOT

SCRIPT = ROOT / "deploy" / "keep.py"


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Keeps a process that writes its pid into a file."""
    command = ["sh", "-c", f"echo $$ >> {tmp_path / 'pids'}; exec sleep 300"]
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), *command], stderr=subprocess.PIPE, text=True
    ) as started:
        yield started
        started.terminate()


def pids(folder: Path) -> list[int]:
    """Of all processes that there were."""
    file = folder / "pids"
    return list(map(int, file.read_text().split())) if file.exists() else []


def test_a_killed_process_is_started_again(keeper: subprocess.Popen[str], tmp_path: Path) -> None:
    assert wait_for(lambda: len(pids(tmp_path)) == 1)
    psutil.Process(pids(tmp_path)[0]).kill()
    assert wait_for(lambda: len(pids(tmp_path)) == 2)
    assert keeper.stderr is not None
    assert keeper.stderr.readline().endswith("ended with status -9; again in 1 s\n")
    assert keeper.poll() is None


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_who_is_asked_to_end_ends_both(
    keeper: subprocess.Popen[str], tmp_path: Path, asked: signal.Signals
) -> None:
    assert wait_for(lambda: len(pids(tmp_path)) == 1)
    (child,) = pids(tmp_path)
    keeper.send_signal(asked)
    assert keeper.wait(20) == 128 + asked
    assert not psutil.pid_exists(child)


def test_who_is_asked_to_end_starts_nothing_again(
    keeper: subprocess.Popen[str], tmp_path: Path
) -> None:
    assert wait_for(lambda: len(pids(tmp_path)) == 1)
    psutil.Process(pids(tmp_path)[0]).kill()
    assert keeper.stderr is not None
    keeper.stderr.readline()
    keeper.terminate()
    assert keeper.wait(20) == 128 + signal.SIGKILL
    assert len(pids(tmp_path)) == 1


def test_the_procfile_keeps_every_process() -> None:
    for line in (ROOT / "Procfile").read_text().splitlines():
        assert "exec python deploy/keep.py " in line


def test_what_could_not_be_started_is_tried_again(tmp_path: Path) -> None:
    """As where no memory or no process is left for it."""
    program = tmp_path / "program"
    program.write_bytes(b"\x00 nothing that runs")
    program.chmod(0o700)
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(program)], stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            assert started.stderr is not None
            assert "Exec format error" in started.stderr.readline()
            program.write_text(f"#!/bin/sh\necho $$ >> {tmp_path / 'pids'}; exec sleep 300")
            assert wait_for(lambda: len(pids(tmp_path)) == 1)
        finally:
            started.terminate()


def test_what_ends_again_and_again_is_given_up(tmp_path: Path) -> None:
    keep = [sys.executable, str(SCRIPT), "--tries", "2"]
    done = subprocess.run(
        [*keep, "sh", "-c", f"echo $$ >> {tmp_path / 'pids'}; exit 3"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(pids(tmp_path))) == (3, 2)
    first, last = done.stderr.splitlines()
    assert first.endswith("ended with status 3; again in 1 s")
    assert last.endswith("ended with status 3 again and again: given up")


def test_patience_is_for_those_that_do_not_stay() -> None:
    patience = Patience(tries=7)
    seen = []
    for lived in (1, 1, 1, 60, 1, 1, 1, 1, 1, 1, 1):
        patience.ended(lived)
        seen.append((patience.seconds, patience.is_over))
    *before, last = seen
    assert before == [(wait, False) for wait in (1, 2, 4, 1, 1, 2, 4, 8, 16, LONGEST_SECONDS)]
    assert last == (LONGEST_SECONDS, True)
