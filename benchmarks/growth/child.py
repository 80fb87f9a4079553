"""Whole processes, and what they took."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.servers import ROOT, StartError


@dataclass(frozen=True)
class Taken:
    """What a process took: seconds of processors and of the clock, and its peak memory in
    bytes. (Linux shows no less than its parent has, so the parent stays small.)"""

    processor: float
    wall: float
    memory: int


def run(settings: Mapping[str, str], *arguments: str, fails: bool = False) -> Taken:
    """Run a module of Python in this environment to its end. It has to succeed, unless it may
    find something to complain about."""
    command: Sequence[str] = [sys.executable, "-m", *arguments]
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, env=dict(settings), cwd=ROOT, stdout=said, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and not fails:
            said.seek(0)
            raise StartError(f"{' '.join(arguments)}: {said.read().decode()[-600:]}")
    # macOS counts in bytes, the others in units of 1024.
    unit = 1 if sys.platform == "darwin" else 1024
    return Taken(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * unit)
