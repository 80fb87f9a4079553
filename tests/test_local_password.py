"""The password of a local PostgreSQL (DATABASE_URL) stays inside, in processes as they run: with
the right one, and with one that the server refuses."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
import requests

from demo.servers import PostgresServer, ValkeyServer
from jobs import tasks
from tests.processes import ROOT, environment, web_server
from tests.searching import Secrets, look_at_redis

WRONG = "a-wrong-one-for-the-local-database"
PLACES = ("/", "/api/health/", "/api/customers/", "/api/jobs/status/", "/admin/login/", "/metrics")
METRICS = "what-prometheus-shows-at-the-door"


@pytest.fixture
def database(postgres: PostgresServer) -> Iterator[str]:
    """A local database in which nothing is yet."""
    name = "local_with_a_password"
    postgres.create_database(name)
    yield name
    postgres.drop_database(name)


def command(values: dict[str, str], words: str) -> str:
    """What a command says."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words.split()],
        cwd=ROOT,
        env=environment(values["REDIS_URL"]) | values,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return done.stdout


def visited(values: dict[str, str], log: Path) -> str:
    """What a web server answers and logs."""
    said = ""
    with log.open("w") as out, web_server(out, **values) as address:
        for place in PLACES:
            headers = {"Authorization": f"Bearer {METRICS}"} if place == "/metrics" else {}
            answer = requests.get(address + place, headers=headers, timeout=30)
            said += f"{answer.status_code} {answer.headers} {answer.text}"
        said += requests.post(f"{address}/graphql/", json={"query": "{x}"}, timeout=30).text
        guess = ("somebody", "something")
        said += requests.get(f"{address}/api/customers/", auth=guess, timeout=30).text
    return said + log.read_text()


@pytest.mark.django_db
def test_it_is_in_no_answer_log_line_or_job(
    postgres: PostgresServer, valkey: ValkeyServer, redis_url: str, database: str, tmp_path: Path
) -> None:
    secrets = Secrets(right=postgres.password, wrong=WRONG, metrics=METRICS)
    tasks.enqueue_hourly_run()
    work = {postgres.password: "backup", WRONG: "rqworker high --burst"}
    for number, (password, busy) in enumerate(work.items()):
        values = {
            "DATABASE_URL": postgres.url(database).replace(postgres.password, password),
            "REDIS_URL": redis_url,
            "METRICS_TOKEN": METRICS,
            "LOG_LEVEL": "DEBUG",
            "BACKUP_DIR": str(tmp_path),
        }
        with ThreadPoolExecutor(2) as pool:
            page = pool.submit(visited, values, tmp_path / f"{number}.log")
            said = "".join(pool.map(partial(command, values), ("doctor", busy)))
            said += page.result()
        assert "Traceback" in said
        refused = "password authentication failed" in said
        assert refused == (password == WRONG)
        assert secrets.within(said) == []
    assert look_at_redis(secrets, valkey) > 10
