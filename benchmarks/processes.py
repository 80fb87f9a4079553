"""Whole processes, and what they took."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from benchmarks.servers import ROOT, StartError

# A process begins with the peak of the one that started it, so a small one starts what is measured.
_STARTER = """
import json, os, signal, subprocess, sys, time
begin = time.perf_counter()
process = subprocess.Popen(sys.argv[2:])
signal.signal(signal.SIGTERM, lambda *_: process.kill())
_, status, used = os.wait4(process.pid, 0)
wall = time.perf_counter() - begin
code = os.waitstatus_to_exitcode(status)
said = [code, used.ru_utime + used.ru_stime, wall, used.ru_maxrss]
os.write(int(sys.argv[1]), json.dumps(said).encode())
"""
# macOS counts in bytes, the others in units of 1024.
_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Taken:
    """What a process took: seconds of processors (its children's included) and of the clock, and
    its peak memory in bytes."""

    processor: float
    wall: float
    memory: int


def run(settings: Mapping[str, str], *arguments: str, fails: bool = False) -> Taken:
    """Run a module of Python in this environment to its end; see `run_command`."""
    return run_command(settings, [sys.executable, "-m", *arguments], fails)


def run_command(settings: Mapping[str, str], command: Sequence[str], fails: bool = False) -> Taken:
    """Run a command in this environment to its end. It has to succeed, unless it may find something
    to complain about (`fails`): StartError has its last words."""
    with tempfile.TemporaryFile() as said:
        code, processor, wall, peak = _waited_for(settings, command, said)
        if code and not fails:
            said.seek(0)
            words = said.read().decode(errors="replace")[-600:]
            raise StartError(f"{' '.join(command)} ended with {code}: {words}")
    return Taken(processor, wall, int(peak) * _UNIT)


def _waited_for(
    settings: Mapping[str, str], command: Sequence[str], file: IO[bytes]
) -> tuple[int, float, float, float]:
    """Exit code, seconds of processors and of the clock, peak memory."""
    reader, writer = os.pipe()
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, str(writer), *command]
    process = subprocess.Popen(
        starter, env=dict(settings), cwd=ROOT, stdout=file, stderr=file, pass_fds=[writer]
    )
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            said = pipe.read()
        process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if not said:
        raise StartError(f"{' '.join(command)} could not be started")
    code, processor, wall, peak = json.loads(said)
    return code, processor, wall, peak
