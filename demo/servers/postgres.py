"""PostgreSQL, embedded."""

import contextlib
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg2
from psycopg2 import sql

from demo import places
from demo.servers.base import STOP_SECONDS, Server, ServerError, plain_environment, write_private


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
            env=plain_environment(),
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
    # Those that a killed server had started end by themselves; until then they use the data.
    psutil.wait_procs(_at_work_in(data), timeout=STOP_SECONDS)
    # A number that some other process has by now would make PostgreSQL refuse to start.
    pid_file.unlink(missing_ok=True)


def _at_work_in(data: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cwd() == str(data.resolve()):
                found.append(process)
    return found
