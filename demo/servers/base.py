"""What the embedded servers share: a folder, a port, a guarded process, a password."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import psutil  # type: ignore[import-untyped]

from demo import guard
from demo.servers.ports import HOST, free_port, port_is_free

START_SECONDS = 60.0
STOP_SECONDS = 30.0
_ATTEMPTS = 5


class ServerError(RuntimeError):
    """A server did not start or stop; the text is one line for a person."""


class PortTakenError(ServerError):
    """The port that was asked for is in use."""


def _silent(_line: str) -> None:
    pass


class Server(ABC):
    """What the two servers share: a folder, a port, a guarded process, a password."""

    name: ClassVar[str]
    host: ClassVar[str] = HOST
    _stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        throwaway: bool = False,
        say: Callable[[str], None] = _silent,
    ) -> None:
        self.folder = folder.absolute()
        self.throwaway = throwaway
        self._asked_port = port
        self._port = port
        self._say = say
        self._guard: subprocess.Popen[str] | None = None
        self._pid: int | None = None

    @property
    def port(self) -> int:
        """The TCP port; known once the server has been started."""
        if self._port is None:
            raise ServerError(f"{self.name} has not been started")
        return self._port

    @property
    def password(self) -> str:
        """The generated password; made at the first need, kept in the folder."""
        file = self._password_file
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            write_private(file, secrets.token_urlsafe(24))
        return file.read_text()

    @property
    def log(self) -> Path:
        """What the server itself writes."""
        return self.folder / f"{self.name.lower()}.log"

    @property
    def running(self) -> bool:
        """Whether the server's process lives."""
        return self._guard is not None and self._guard.poll() is None

    def start(self) -> Self:
        """Start and wait until the server answers. Does nothing when it runs already.

        Raises ServerError, or PortTakenError when the port that was asked for is in use.
        """
        if self.running:
            return self
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._prepare()
            self._launch_on_a_free_port()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop in order and wait; a throwaway server's data are deleted. Harmless when stopped."""
        self._end()
        if self.throwaway:
            for home in self._homes():
                shutil.rmtree(home, ignore_errors=True)

    def restart(self) -> None:
        """Stop and start again on the same port with the same data."""
        self._end()
        self._asked_port = self.port
        self.start()

    def kill(self) -> None:
        """End the server at once, as a crash would. `start()` brings it back on the same port."""
        if self._guard is None or self._pid is None:
            return
        self._asked_port = self.port
        children = self._descendants()
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        self._guard.wait(STOP_SECONDS)
        # The children of a dead PostgreSQL end by themselves; it cannot start again before.
        psutil.wait_procs(children, timeout=STOP_SECONDS)
        self._forget()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # What each server adds.

    @abstractmethod
    def _prepare(self) -> None:
        """Make data and settings where they are missing."""

    @abstractmethod
    def _command(self) -> list[str]:
        """What starts the server."""

    @abstractmethod
    def _answers(self) -> bool:
        """Does it take connections?"""

    def _user(self) -> str | None:
        return None

    def _homes(self) -> list[Path]:
        """Every folder that holds data."""
        return [self.folder]

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    # How a process is started and ended.

    def _launch_on_a_free_port(self) -> None:
        for attempt in range(1, _ATTEMPTS + 1):
            if self._port is None:
                self._port = free_port()
            try:
                self._launch()
            except PortTakenError:
                if self._asked_port is not None or attempt == _ATTEMPTS:
                    raise
                self._port = None
            else:
                break

    def _launch(self) -> None:
        if not port_is_free(self.port):
            raise PortTakenError(f"port {self.port} for {self.name} is in use")
        written = self.log.stat().st_size if self.log.exists() else 0
        remove = str(self._homes()[-1]) if self.throwaway else "-"
        settings = [str(int(self._stop_signal)), self._user() or "-", remove]
        with self.log.open("a") as log:
            self._guard = subprocess.Popen(
                [sys.executable, "-I", guard.__file__, *settings, *self._command()],
                cwd="/",
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        try:
            self._pid = self._read_pid(self._guard)
            self._wait_until_it_answers(written)
        except BaseException:
            self._end()
            raise

    def _read_pid(self, guard_process: subprocess.Popen[str]) -> int:
        line = guard_process.stdout.readline() if guard_process.stdout else ""
        if not line:
            raise ServerError(f"{self.name} could not be started; see {self.log}")
        return int(line)

    def _wait_until_it_answers(self, written: int) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not self.running:
                raise self._failure(written)
            if self._answers():
                return
            time.sleep(0.05)
        raise ServerError(
            f"{self.name} did not answer within {START_SECONDS:.0f} s; see {self.log}"
        )

    def _failure(self, written: int) -> ServerError:
        with self.log.open() as log:
            log.seek(written)
            lines = log.read().splitlines()
        if any("Address already in use" in line for line in lines):
            return PortTakenError(f"port {self.port} for {self.name} is in use")
        telling = [line for line in lines if "FATAL" in line] or lines or ["no reason given"]
        return ServerError(f"{self.name} did not start: {telling[0].strip()} (see {self.log})")

    def _end(self) -> None:
        if self._guard is None:
            return
        if self.running:
            self._guard.terminate()
        try:
            self._guard.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._forget()

    def _descendants(self) -> list[psutil.Process]:
        try:
            return list(psutil.Process(self._pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []

    def _forget(self) -> None:
        if self._guard is not None and self._guard.stdout is not None:
            self._guard.stdout.close()
        self._guard = None
        self._pid = None


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, at no moment readable by others."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)


def plain_environment() -> dict[str, str]:
    """Nothing of ours that a server could take for its own settings."""
    # PostgreSQL takes PG* variables and, on macOS, refuses to start without a locale.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
