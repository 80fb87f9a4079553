"""The processes of the demo under one supervisor: they end together.

honcho starts them, prefixes their lines and ends all when one ends, so each has a keeper that
starts it again (`deploy/keep.py`) until it gives up. Added here: nothing survives, neither a work
horse of a worker that was killed, nor the family of a supervisor that was killed.
"""

import multiprocessing
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil  # type: ignore[import-untyped]
from honcho.manager import Manager
from honcho.process import Process

from deploy import keep

TRIES = 5
"""What ends soon after its start so often in a row is given up."""
_POLL_SECONDS = 0.5
_STOP_SECONDS = 5.0


class _WatchedProcess(Process):  # type: ignore[misc]
    """Runs in a process of its own, the child of the supervisor and the parent of the command."""

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        # A closed terminal must not take this process before its command.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        threading.Thread(target=self._watch, args=(os.getppid(),), daemon=True).start()
        super().run(events, ignore_signals)

    def _watch(self, supervisor: int) -> None:
        while self._child is None:
            time.sleep(_POLL_SECONDS / 10)
        while self._child.poll() is None and os.getppid() == supervisor:
            time.sleep(_POLL_SECONDS)
        if self._child.poll() is None:
            self._child.terminate()
            with suppress(Exception):
                self._child.wait(_STOP_SECONDS)
        # What it started may live on and would hold its output open.
        end_session(self._child.pid)


class Family(Manager):  # type: ignore[misc]
    """Add processes, then `loop()`; `lost` names what could not be kept running, if anything."""

    def __init__(self, started: Callable[[], None]) -> None:
        if sys.platform == "linux":
            # The fork server of Python 3.14 would come between the supervisor and its children.
            multiprocessing.set_start_method("fork", force=True)
        super().__init__()
        self._process_ctor = _WatchedProcess
        self._started = started
        self.lost: str | None = None

    def add(self, name: str, command: list[str], env: dict[str, str], cwd: str) -> None:
        """A process, to be started again when it ends; `exec` leaves no shell between its keeper
        and its signals."""
        kept = [sys.executable, keep.__file__, "--tries", str(TRIES), *command]
        self.add_process(name, f"exec {shlex.join(kept)}", env=env, cwd=cwd)

    def loop(self) -> None:
        """Run until one process ends or Ctrl-C, SIGTERM or SIGHUP arrives; leave none running."""
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        try:
            super().loop()
        finally:
            self.kill()

    def give_up(self, name: str) -> None:
        """End all, for want of something that is no process of this family."""
        self.lost = name
        self.terminate()

    def terminate(self) -> None:
        if not self._all_started():
            # A signal came before every process has said its pid; without it none can be ended.
            threading.Timer(_POLL_SECONDS / 10, self.terminate).start()
            return
        if not self._terminating:
            ended = (name for name, p in self._processes.items() if "returncode" in p)
            self.lost = self.lost or next(ended, None)
        super().terminate()

    def kill(self) -> None:
        for process in self._processes.values():
            runner = process.get("process")
            if runner is not None and runner.is_alive():
                _end_children(runner.pid)

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._started, daemon=True).start()


def _end_children(pid: int) -> None:
    """End the sessions that a process has opened."""
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(pid).children():
            end_session(child.pid)


def end_session(leader: int) -> None:
    """End at once every process of the session that `leader` opened."""
    for pid in psutil.pids():
        with suppress(OSError):
            if os.getsid(pid) == leader:
                os.kill(pid, signal.SIGKILL)
