"""Servers under measurement: processes of their own, on the loopback address."""

import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from cryptography.fernet import Fernet

from benchmarks.stage import Stage
from demo.servers import HOST, PostgresServer, ValkeyServer, free_port

ROOT = Path(__file__).parent.parent
WORKERS = 2
_START_SECONDS = 120.0
_REST_SECONDS = 0.3
_KEY, _FIELD_KEY = secrets.token_urlsafe(50), Fernet.generate_key().decode()


class StartError(RuntimeError):
    """A server did not start."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    host: str = HOST

    @property
    def address(self) -> str:
        """Without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def drain(self) -> None:
        """Wait until none of its processes does anything."""
        before = -1.0
        while (now := self.seconds()) > before + 0.01:
            before = now
            time.sleep(_REST_SECONDS)

    def seconds(self) -> float:
        """The time of processors that it took so far."""
        times = [one.cpu_times() for one in self._processes()]
        return float(sum(one.user + one.system for one in times))

    def memory(self) -> int:
        """Bytes that its largest process holds now."""
        return max(int(one.memory_info().rss) for one in self._processes())

    def _processes(self) -> list[psutil.Process]:
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]


@contextmanager
def serving(
    name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path, probe: str
) -> Iterator[Server]:
    """A server, once it answers at `probe`. `{port}` in command and environment is its port."""
    port = free_port()
    log = folder / f"{name.split()[0].lower()}-{port}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            env={key: value.replace("{port}", str(port)) for key, value in environment.items()},
            cwd=ROOT,
            stdout=file,
            stderr=file,
        )
    server = Server(name, port, process)
    try:
        _wait_for(server, probe, log)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(server: Server, probe: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(server.address + probe, timeout=5):  # noqa: S310 - ours
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise StartError(f"{server.name} did not start: {log.read_text()[-600:]}")


def gunicorn(application: str, workers: int = WORKERS) -> list[str]:
    """The command that serves a WSGI application: one request at a time in each process, so that
    what is measured is the work of a request."""
    return [
        *(sys.executable, "-m", "gunicorn", application, "--workers", str(workers)),
        *("--worker-class", "sync", "--threads", "1", "--bind", f"{HOST}:{{port}}"),
    ]


@contextmanager
def valkey(stage: Stage) -> Iterator[ValkeyServer]:
    """Where throttles are counted."""
    with ValkeyServer(stage.folder / "valkey", throwaway=True) as server:
        yield server


@contextmanager
def postgres(stage: Stage) -> Iterator[PostgresServer]:
    """A PostgreSQL of our own."""
    with PostgresServer(stage.folder / "postgres", throwaway=True) as server:
        yield server


def environment(stage: Stage, database_url: str, **more: str) -> dict[str, str]:
    """The product's environment as in production; callers are counted, and may ask often."""
    kept = ("PATH", "HOME", "USER", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "DJANGO_SETTINGS_MODULE": "sentiment_analysis.settings",
        "ENV_FILE": "",
        "SECRET_KEY": _KEY,
        "FIELD_ENCRYPTION_KEY": _FIELD_KEY,
        "DEBUG": "0",
        "TLS": "0",
        "TZ": "UTC",
        "DATABASE_URL": database_url,
        "REDIS_URL": stage.have(valkey).url(),
        "THROTTLE_GUEST": "1000000/second",
        **more,
    }


def manage(settings: Mapping[str, str], *arguments: str) -> None:
    """Run a module of Python in this environment; it has to succeed."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        command, env=dict(settings), cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StartError(f"{' '.join(arguments)}: {(done.stderr or done.stdout)[-600:]}")
