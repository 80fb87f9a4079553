"""Embedded PostgreSQL and Valkey, for `make demo` and for the tests.

    with PostgresServer(folder) as source:                  # starts; stops at the end
        source.create_database("email_security")
        connection = source.connect("email_security")       # psycopg2, as the superuser
        source.host, source.port, source.user, source.password, source.url("email_security")
    with ValkeyServer(folder, throwaway=True) as valkey:
        valkey.url(), valkey.host, valkey.port, valkey.password

Both have `start()`, `stop()`, `restart()` (same port, same data), `kill()` (SIGKILL, as a crash)
and `running`. `folder` is made when missing and belongs to one server. `port=None` lets the system
choose a free one, which the object then keeps. `throwaway=True` is for tests: nothing is flushed to
disk, and the data are deleted by `stop()`. Servers listen on 127.0.0.1 only and ask for a generated
password, kept in `folder` with mode 600. A guard process ends the server when its parent dies
without calling `stop()`. `ServerError` says in one line why a server did not start;
`PortTakenError` when its port is in use.
"""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import psutil  # type: ignore[import-untyped]
import psycopg2
import redis
from psycopg2 import sql

from demo import guard, places

HOST = "127.0.0.1"
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
                env=_plain_environment(),
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


class PostgresServer(Server):
    """A PostgreSQL of our own, run as an unprivileged user where we are root."""

    name = "PostgreSQL"
    user = "postgres"
    _stop_signal = signal.SIGINT  # "fast": ends sessions instead of waiting for them

    _install: Path
    _home: Path | None = None

    def url(self, database: str) -> str:
        """A `postgresql://` address with the superuser's password."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> Any:
        """A psycopg2 connection as the superuser."""
        return psycopg2.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database,
            connect_timeout=10,
        )

    def create_database(self, name: str) -> None:
        """Create a database; one that exists is left as it is."""
        with contextlib.suppress(psycopg2.errors.DuplicateDatabase):
            self._run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Drop a database, ending its sessions; one that does not exist is no error."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._run(statement.format(sql.Identifier(name)))

    @property
    def data(self) -> Path:
        """The data folder; not below `folder` where the server's user cannot enter that."""
        if self._home is None:
            raise ServerError(f"{self.name} has not been started")
        return self._home / "data"

    def _prepare(self) -> None:
        self._install = places.postgres_install()
        self._home = places.data_home(self.folder / "postgres")
        if self._home.parent != self.folder and not self.throwaway:
            self._say(f"as root, PostgreSQL runs as {places.LENT_USER} in {self._home}")
        _end_leftover(self.data)
        if not self._password_file.exists():
            # The folder was emptied by hand; what it kept elsewhere belongs to nobody now.
            shutil.rmtree(self.data, ignore_errors=True)
        if not self.data.exists():
            self._make_data(self._home)

    def _make_data(self, home: Path) -> None:
        half = home / "data.new"
        shutil.rmtree(half, ignore_errors=True)
        password = home / "password.new"
        write_private(password, self.password)
        places.hand_over(password)
        try:
            self._initialise(half, password)
        finally:
            password.unlink()
        half.rename(self.data)

    def _initialise(self, folder: Path, password: Path) -> None:
        command = [str(self._install / "bin" / "initdb"), "-D", str(folder), "--no-sync"]
        command += ["-U", self.user, f"--pwfile={password}", "--auth=scram-sha-256"]
        command += ["--encoding=UTF8", "--no-instructions"]
        # Letters beyond ASCII have upper and lower case, as on a real server.
        command += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        user = self._user()
        done = subprocess.run(
            command,
            cwd="/",
            env=_plain_environment(),
            capture_output=True,
            text=True,
            check=False,
            user=user,
            group=places.group_of(user) if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
        )
        if done.returncode != 0:
            why = done.stderr.strip().splitlines() or ["no reason given"]
            raise ServerError(f"PostgreSQL could not make its data folder: {why[0]}")

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": self.host,
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "shared_buffers": "64MB",
            "max_connections": "100",
        }
        if self.throwaway:
            # What was committed outlives a killed server all the same, only not a killed machine.
            settings |= {"fsync": "off", "full_page_writes": "off"}
        command = [str(self._install / "bin" / "postgres"), "-D", str(self.data)]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        return command

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _user(self) -> str | None:
        return places.lent_user()

    def _homes(self) -> list[Path]:
        if self._home is None or self._home.parent == self.folder:
            return [self.folder]
        return [self.folder, self._home.parent]

    def _run(self, statement: sql.Composable) -> None:
        connection = self.connect()
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()


class ValkeyServer(Server):
    """A Valkey of our own, which speaks the Redis protocol."""

    name = "Valkey"

    def url(self, database: int = 0) -> str:
        """A `redis://` address with the password."""
        return f"redis://:{self.password}@{self.host}:{self.port}/{database}"

    def connect(self, database: int = 0) -> redis.Redis:
        """A redis-py client."""
        return redis.Redis.from_url(self.url(database))

    def _prepare(self) -> None:
        self._binary = places.valkey_binary()

    def _command(self) -> list[str]:
        # A file, as every user of the machine can read the arguments of a process.
        settings = self.folder / "valkey.conf"
        save = '""' if self.throwaway else "60 1"
        lines = [f"bind {self.host}", f"port {self.port}", f"requirepass {self.password}"]
        lines += [f'dir "{self.folder}"', f"save {save}", "appendonly no", "daemonize no"]
        write_private(settings, "\n".join(lines) + "\n")
        return [str(self._binary), str(settings)]

    def _answers(self) -> bool:
        client = self.connect()
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()


def free_port() -> int:
    """A TCP port of the loopback address that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, at no moment readable by others."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
        handle.write(text)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _plain_environment() -> dict[str, str]:
    # PostgreSQL takes PG* variables and, on macOS, refuses to start without a locale.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _end_leftover(data: Path) -> None:
    """End the server of an earlier run that was torn down with its guard (a killed container)."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        ours = str(data) in process.cmdline()
    except (ValueError, psutil.Error):
        ours = False
    if ours:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)
    # A number that some other process has by now would make PostgreSQL refuse to start.
    pid_file.unlink(missing_ok=True)
