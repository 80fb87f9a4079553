"""The product as people meet it: processes, a source with generated reports, a browser's address.

Its results lie in a database of its own, so nothing that a test does to the site is seen by other
tests, and tests never speak to that database themselves: they click, or run a command.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from demo import source
from demo.prepare import ADMIN
from demo.reports import Reports
from demo.servers import HOST, PostgresServer, ValkeyServer
from tests.processes import ROOT

_START_SECONDS = 60


@dataclass(frozen=True)
class Site:
    """A running site. `source` is a connection that may write to the vendor's database."""

    address: str
    admin: str
    password: str
    source: Any
    environment: dict[str, str]

    def manage(self, *arguments: str) -> str:
        """What a `manage.py` command says; it has to succeed."""
        return _manage(self.environment, *arguments)

    def sql(self, statement: str, *values: object) -> None:
        """Change something in the source."""
        with self.source, self.source.cursor() as cursor:
            cursor.execute(statement, values)


@contextmanager
def running(
    folder: Path, postgres: PostgresServer, valkey: ValkeyServer, odd: bool = True
) -> Iterator[Site]:
    """A site with 30 days of generated reports, all computed, and the customers of `_ODD`."""
    name = f"site_{secrets.token_hex(4)}"
    postgres.create_database(name)
    connection = postgres.connect(name)
    now = datetime.now(UTC)
    source.load(connection, Reports(), now)
    if odd:
        _add_odd_customers(connection, now)
    password = secrets.token_urlsafe(12)
    environment = _environment(folder, postgres, valkey, name) | {"DEMO_ADMIN_PASSWORD": password}
    start = source.first_hour(connection)
    hour = now.replace(minute=0, second=0, microsecond=0)
    subprocess.run(
        [sys.executable, "-m", "demo.prepare", "first", start.isoformat(), hour.isoformat()],
        env=environment,
        cwd=ROOT,
        check=True,
    )
    port = _free_port()
    web = [sys.executable, "-m", "gunicorn", "sentiment_analysis.wsgi", "--workers", "2"]
    web += ["--bind", f"{HOST}:{port}", "--log-level", "warning", "--no-control-socket"]
    server = subprocess.Popen(web, env=environment, cwd=ROOT)
    address = f"http://{HOST}:{port}"
    try:
        _wait_for(f"{address}/api/health/live/", server)
        yield Site(address, ADMIN, password, connection, environment)
    finally:
        server.terminate()
        server.wait(30)
        connection.close()
        postgres.drop_database(name)


_ODD = (
    # Beyond what is generated: every state a customer can be in, and names that try something.
    (9001, "Never Reported GmbH", "Banking", ()),
    (9002, "Long Silent Ltd", "Retail", ((29 * 24, 9, 3),)),
    (9003, "=2+5 <b>Bold</b> & Söhne, AG", "Energy", ((5, 1, 0),)),
    (9004, "Fresh Trouble plc", "No Baseline Here", ((200, 40, 2), (6, 0, 60), (3, 0, 80))),
    (9005, "Counted Again Ltd", "Retail", ((5, 2, 4), (3, 1, 9))),
    (9006, "Gone Tomorrow KG", "Retail", ()),
)


def _add_odd_customers(connection: Any, now: datetime) -> None:
    with connection, connection.cursor() as cursor:
        for customer_id, name, industry, hours in _ODD:
            cursor.execute(
                "INSERT INTO customers (customer_id, company_name, industry) VALUES (%s, %s, %s)",
                (customer_id, name, industry),
            )
            for ago, fn, fp in hours:
                when = (now - timedelta(hours=ago)).replace(tzinfo=None, minute=30)
                cursor.executemany(
                    "INSERT INTO email_samples (customer_id, sample_type, email_data, reported_at)"
                    " VALUES (%s, %s, '{}', %s)",
                    [(customer_id, kind, when) for kind in ["FN"] * fn + ["FP"] * fp],
                )


def _environment(
    folder: Path, postgres: PostgresServer, valkey: ValkeyServer, database: str
) -> dict[str, str]:
    kept = ("PATH", "HOME", "USER", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore::FutureWarning",
        "DJANGO_SETTINGS_MODULE": "sentiment_analysis.settings",
        "ENV_FILE": "",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "DEBUG": "0",
        "LOG_LEVEL": "WARNING",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
        "REDIS_URL": valkey.url(),
        "SOURCE_DB_HOST": postgres.host,
        "SOURCE_DB_PORT": str(postgres.port),
        "SOURCE_DB_NAME": database,
        "SOURCE_DB_USER": postgres.user,
        "SOURCE_DB_PASSWORD": postgres.password,
        # One address clicks faster here than any person.
        "THROTTLE_GUEST": "",
        "TLS": "0",
        "TZ": "UTC",
    }


def _manage(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the site did not start")
