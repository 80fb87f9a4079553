"""`make demo` from the first line to the last: servers, data, Django, processes, and their end."""

import math
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from demo import source
from demo.family import TRIES, Family
from demo.places import PlaceError
from demo.reports import Reports
from demo.servers import PostgresServer, Server, ServerError, ValkeyServer, port_is_free
from demo.state import ROOT, DemoError, Secrets, State
from demo.steps import step
from demo.watch import Watch

S = TypeVar("S", bound=Server)

# What a program needs of its surroundings; no setting of the user's gets through.
_PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR", "TERM", "COLUMNS")
_STOP_SECONDS = 20.0
_WEB_SECONDS = 60.0


class _TerminatedError(Exception):
    """SIGTERM or SIGHUP arrived."""


def main() -> int:
    """Run the demo until it is asked to stop. Returns the exit status."""
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGHUP, _terminate)
    os.umask(0o077)
    try:
        return _demo()
    except (DemoError, ServerError, PlaceError) as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, _TerminatedError):
        print("\nStopped before everything was set up; the next start goes on from here.")
        return 1


def _demo() -> int:
    state = State.from_environment()
    port = _port()
    address = f"http://127.0.0.1:{port}/"
    state.hold(address)
    if not port_is_free(port):
        raise DemoError(f"Port {port} is in use: PORT={port + 1} make demo takes another one.")
    secrets = state.secrets()
    postgres = PostgresServer(state.folder / "source", say=print)
    with _started(postgres) as postgres, _started(ValkeyServer(state.folder / "valkey")) as valkey:
        now = datetime.now(UTC)
        start = _bring_reports(postgres, secrets, now)
        settings = _settings(state, secrets, postgres, valkey)
        env = _surroundings() | settings
        _prepare(state, env, start, now.replace(minute=0, second=0, microsecond=0))
        with state.shared(settings) as settings_file:
            say = partial(_announce, state, secrets, settings_file, port)
            return _run(state, env, postgres, valkey, port, say)


def _terminate(*_: object) -> None:
    raise _TerminatedError


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise DemoError(f"PORT={text} is no port number (1 to 65535).")
    return int(text)


def _started(server: S) -> S:
    with step(f"{server.name} started"):
        return server.start()


def _bring_reports(postgres: PostgresServer, secrets: Secrets, now: datetime) -> datetime:
    """Load or top up the source. Returns the hour of its first report."""
    reports = Reports()
    postgres.create_database(source.DATABASE)
    connection = postgres.connect(source.DATABASE)
    try:
        with step("reports in the source") as details:
            if source.is_loaded(connection):
                details.append(f"{source.feed(connection, reports, now)} since the last time")
            else:
                details.append(f"{source.load(connection, reports, now)} generated")
            source.allow_reader(connection, secrets.reader_password)
        return source.first_hour(connection)
    finally:
        connection.close()


def _settings(
    state: State, secrets: Secrets, postgres: PostgresServer, valkey: ValkeyServer
) -> dict[str, str]:
    """Of the product, as in a `.env`."""
    return {
        "SECRET_KEY": secrets.secret_key,
        "DEBUG": "0",
        "LOG_FORMAT": "line",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": f"sqlite:///{state.database}",
        "REDIS_URL": valkey.url(),
        "CORS_ALLOWED_ORIGINS": "http://localhost:3000,http://127.0.0.1:3000",
        "SOURCE_DB_HOST": postgres.host,
        "SOURCE_DB_PORT": str(postgres.port),
        "SOURCE_DB_NAME": source.DATABASE,
        "SOURCE_DB_USER": source.READER,
        "SOURCE_DB_PASSWORD": secrets.reader_password,
        "FIELD_ENCRYPTION_KEY": secrets.field_encryption_key,
        "TLS": "0",
    }


def _surroundings() -> dict[str, str]:
    """Of the demo's processes."""
    env = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return env | {
        "PYTHONUNBUFFERED": "1",
        # crontab, below rq-scheduler, warns of a change that does not matter with TZ=UTC.
        "PYTHONWARNINGS": "ignore::FutureWarning",
        "DJANGO_SETTINGS_MODULE": "sentiment_analysis.settings",
        "ENV_FILE": "",
        "TZ": "UTC",
    }


def _prepare(state: State, env: dict[str, str], start: datetime, end: datetime) -> None:
    when = "again" if state.backfilled else "first"
    command = [sys.executable, "-m", "demo.prepare", when, start.isoformat(), end.isoformat()]
    child = subprocess.Popen(
        command, cwd=ROOT, env=env | {"DEMO_ADMIN_PASSWORD": state.secrets().admin_password}
    )
    try:
        status = child.wait()
    finally:
        _end(child)
    if status != 0:
        raise DemoError("The demo could not be set up, see above.")
    state.note_backfilled()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    child.terminate()
    try:
        child.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _run(
    state: State,
    env: dict[str, str],
    postgres: PostgresServer,
    valkey: ValkeyServer,
    port: int,
    announce: Callable[[], None],
) -> int:
    def started() -> None:
        watch.start()
        announce()

    family = Family(started)
    watch = Watch([postgres, valkey], TRIES, family.give_up)
    python = sys.executable
    manage = [python, "manage.py"]
    web = [python, "-m", "gunicorn", "sentiment_analysis.wsgi", "--workers", "2"]
    web += ["--bind", f"127.0.0.1:{port}", "--graceful-timeout", "3", "--no-control-socket"]
    family.add("web", web, env, str(ROOT))
    worker = [*manage, "rqworker", "high", "default", "--with-scheduler"]
    family.add("worker", worker, env, str(ROOT))
    family.add("scheduler", [*manage, "rqscheduler", "--interval", "10"], env, str(ROOT))
    feeding = env | {"DEMO_SOURCE_URL": postgres.url(source.DATABASE)}
    family.add("feeder", [python, "-m", "demo.feeder"], feeding, str(ROOT))
    try:
        family.loop()
    finally:
        watch.end()
    if family.lost is None:
        print(f"Stopped. What was computed stays in {state.folder}.")
        return 0
    print(f"{family.lost} could not be kept running, so everything was stopped.", file=sys.stderr)
    return 1


def _announce(state: State, secrets: Secrets, settings_file: Path, port: int) -> None:
    """Say what to open, once it can be opened."""
    address = f"http://127.0.0.1:{port}"
    inside = settings_file.is_relative_to(ROOT)
    settings = shlex.quote(str(settings_file.relative_to(ROOT) if inside else settings_file))
    late = time.monotonic() + _WEB_SECONDS
    while not _answers(f"{address}/admin/login/"):
        if time.monotonic() > late:
            print(f"{address}/ does not answer yet, see the lines of web.", flush=True)
            late = math.inf
        time.sleep(0.2)
    print(
        f"""
The demo runs, on generated data: no customer, person or mail in it is real.

  dashboard               {address}/
  REST, to read and try   {address}/api/schema/swagger-ui/
  GraphQL, with examples  {address}/graphql/
  is all well?            {address}/api/health/
  admin                   {address}/admin/   (admin, password {secrets.admin_password})
  commands                ENV_FILE={settings} .venv/bin/python manage.py doctor

Reports keep coming, scores follow every hour. State lies in {state.folder}.
Ctrl-C stops everything.
""",
        flush=True,
    )


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
