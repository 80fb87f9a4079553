"""The contract: true to the file in git, and to what the server answers (schemathesis)."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from demo.servers import ValkeyServer
from sentiment_api.management.commands import export_contracts
from sentiment_api.rest.openapi.document import as_yaml, document
from tests.demo.waiting import wait_for
from tests.factories import (
    CustomerFactory,
    DatabaseConfigFactory,
    IndustryBaselineFactory,
    OverallSentimentFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
)
from tests.processes import environment

ROOT = Path(project.BASE_DIR)
EXAMPLES = "4"
ROLES = {
    # What is refused to guests is tried as staff, and the other way round; the tests of every
    # route try all of it in every role.
    "guest": ["--exclude-tag", "Configuration"],
    "staff": ["--include-tag", "Configuration", "-H", f"Authorization: Token {'0' * 40}"],
}


def test_the_file_in_git_is_the_contract() -> None:
    assert (ROOT / "docs/api/openapi.yaml").read_text() == as_yaml()


def test_the_check_fails_when_they_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        export_contracts, "CONTRACTS", {"openapi.yaml": lambda: as_yaml() + "more: true\n"}
    )
    out = StringIO()
    with pytest.raises(CommandError, match="export_contracts"):
        call_command("export_contracts", "--check", stdout=out)
    assert "+more: true" in out.getvalue()


def test_every_operation_is_described() -> None:
    info = document()["info"]
    assert (info["title"], info["version"]) == ("Customer Sentiment Analysis API", "1.0.0")
    assert document()["openapi"].startswith("3.1")
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            assert operation["description"], where
            assert operation["tags"], where
            assert {"400", "406", "500"} <= set(operation["responses"]), where
            success = next(iter(operation["responses"].values()))
            assert success["content"]["application/json"]["examples"], where
            for parameter in operation.get("parameters", []):
                assert "$ref" in parameter or parameter["description"], where


@pytest.mark.django_db
def test_the_contract_is_made_without_the_database() -> None:
    with CaptureQueriesContext(connection) as queries:
        SchemaGenerator().get_schema(public=True)
    assert not queries.captured_queries


@pytest.mark.django_db
def test_the_contract_is_served_as_yaml_and_json(guest: APIClient) -> None:
    assert guest.get("/api/schema/").content.decode() == as_yaml()
    answer = guest.get("/api/schema/", headers={"Accept": "application/json"})
    assert answer.json()["openapi"] == document()["openapi"]


@pytest.mark.django_db
def test_no_example_is_filled_in_where_nothing_has_to_be_given() -> None:
    """Swagger UI sends examples and defaults of parameters unless they are cleared one by one; only
    `format` has a default, as a list has to begin with one of its words."""
    operations = [o for path in document()["paths"].values() for o in path.values()]
    optional = [p for o in operations for p in o.get("parameters", ()) if p.get("in") == "query"]
    assert any("examples" in parameter["schema"] for parameter in optional)
    assert not [p["name"] for p in optional if {"example", "examples"} & set(p)]
    assert not [p["name"] for p in optional if "default" in p["schema"]]


@pytest.mark.parametrize("page", ["swagger-ui", "redoc"])
def test_the_pages_ask_no_other_host(guest: APIClient, page: str) -> None:
    answer = guest.get(f"/api/schema/{page}/")
    assert answer.status_code == 200
    assert "https://" not in answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "http" not in policy
    script = guest.get("/api/schema/swagger-ui/?script=")
    assert script["Content-Type"].startswith("application/javascript")


@pytest.fixture
def data(first_profile: None) -> None:
    """A row of everything, and a token of the staff."""
    del first_profile
    customer = CustomerFactory.create(customer_id=1)
    score = SentimentScoreFactory.create(customer=customer, carried=True)
    SyncJobFactory.create(customer=customer, created_at=score.created_at)
    for factory in (
        SegmentSentimentFactory,
        OverallSentimentFactory,
        WindowFactory,
        IndustryBaselineFactory,
    ):
        factory.create()
    DatabaseConfigFactory.create(is_active=True)
    user = User.objects.create_user("operator", is_staff=True)
    Token.objects.create(user=user, key="0" * 40)


@pytest.fixture
def server(data: None, valkey: ValkeyServer) -> Iterator[str]:
    """The server that the product runs, on this test's database."""
    del data
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    names = ("GUEST", "STAFF", "FAILED_SIGN_INS", "FAILED_SIGN_INS_OF_ADDRESS")
    unlimited = {f"THROTTLE_{name}": "" for name in names}
    started = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "sentiment_analysis.wsgi", "--bind", address),
            *("--workers", "2", "--no-control-socket", "--log-level", "critical"),
        ],
        cwd=ROOT,
        env=environment(valkey.url()) | unlimited,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_for(lambda: _answers(f"http://{address}/api/health/live/"))
        yield f"http://{address}"
    finally:
        started.terminate()
        started.wait(30)


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.mark.parametrize("role", ROLES)
def test_schemathesis_finds_nothing(server: str, role: str) -> None:
    """All its checks, with a bounded number of examples that are always the same."""
    arguments = ["--checks", "all", "-n", EXAMPLES, "--seed", "1", "--phases", "coverage,fuzzing"]
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            *("--config-file", str(ROOT / "schemathesis.toml")),
            *("run", str(ROOT / "docs/api/openapi.yaml"), "-u", server, *arguments, *ROLES[role]),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


THREADS = """
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from sentiment_api.rest.openapi.document import document
with ThreadPoolExecutor(16) as threads:
    print(len({id(made) for made in threads.map(lambda _: document(), range(16))}))
"""


def test_the_first_requests_may_come_together() -> None:
    """The threads of a process that has just started make the document once, and without harm."""
    done = subprocess.run(
        [sys.executable, "-c", THREADS],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "1\n", done.stderr
