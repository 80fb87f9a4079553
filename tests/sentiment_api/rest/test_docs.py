"""The REST part of docs/api.md: every example is run as it stands."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings as project
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer
from rest_framework.authtoken.models import Token

from dashboard.node import find_node
from sentiment_api import version
from sentiment_api.models import OverallSentiment
from tests.factories import CustomerFactory, OverallSentimentFactory, SentimentScoreFactory

PAGE = (Path(project.BASE_DIR) / "docs" / "api.md").read_text()
REST = PAGE[PAGE.index("\n## REST") :].split("\n## GraphQL")[0]
EXAMPLES = re.findall(r"^```(\w+)\n(.*?)^```$", REST, re.MULTILINE | re.DOTALL)
FRONT_END = Path(project.BASE_DIR) / "dashboard" / "frontend"
TRANSPILE = (
    "import ts from 'typescript'; import { readFileSync } from 'node:fs';"
    "const options = { module: 'esnext', target: 'es2022', strict: true };"
    "console.log(ts.transpile(readFileSync(0, 'utf8'), options))"
)
DOCUMENTED = "http://127.0.0.1:8000"


def examples(language: str) -> list[str]:
    """The examples in one language."""
    return [text for found, text in EXAMPLES if found == language]


@pytest.fixture
def server(live_server: LiveServer, first_profile: None) -> str:
    """A server with customers, scores and two windows."""
    del first_profile
    for name in ("Acme", "Bolt"):
        SentimentScoreFactory.create(
            customer=CustomerFactory.create(company_name=name), carried=True
        )
    for start in windows_of_today_and_yesterday():
        OverallSentimentFactory.create(window_start=start, created_at=start)
    return live_server.url


def windows_of_today_and_yesterday() -> list[datetime]:
    """Two of each, so that midnight may pass meanwhile."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return [today + timedelta(hours=hours) for hours in (0, 1, -24, -23)]


def run(command: list[str], server: str, **more: str) -> str:
    """What a program prints."""
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "SERVER": server, **more},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("command", examples("sh"))
def test_curl(server: str, command: str) -> None:
    assert DOCUMENTED in command
    token = Token.objects.create(user=User.objects.create_user("operator", is_staff=True)).key
    printed = run(["sh", "-c", command.replace(DOCUMENTED, server)], server, TOKEN=token)
    if "-D -" in command:
        assert "Data-Freshness:" in printed
        return
    answer = json.loads(printed)
    if "yesterday" in command:
        assert answer == json.loads(examples("json")[0])
    elif "what_if" in command:
        assert "has a score in the last 7 days" in answer["summary"]
    else:
        assert "results" in answer or answer["baseline_score"] == 0.55


def test_python(server: str) -> None:
    (program,) = examples("python")
    assert run([sys.executable, "-c", program], server) == "2 windows, mean 0.80\n"
    with transaction.atomic():
        OverallSentiment.objects.all().delete()
        version.bump()
    assert run([sys.executable, "-c", program], server) == "0 windows, no score\n"


def test_typescript(server: str) -> None:
    node = find_node().node
    (program,) = examples("ts")
    transpiled = subprocess.run(
        [*node, "--input-type=module", "-e", TRANSPILE],
        input=program,
        capture_output=True,
        text=True,
        check=True,
        cwd=FRONT_END,
    )
    command = [*node, "--input-type=module", "-e", transpiled.stdout]
    assert run(command, server) == "Acme scored 0.8\nBolt scored 0.8\n"


def test_the_questions_of_the_table_are_answered(server: str, client: Client) -> None:
    assert server
    paths = re.findall(r"`((?:customers|sentiment|jobs|health)/[^`{]*)`", REST)
    assert len(paths) >= 6
    customer = CustomerFactory.create(customer_id=1000)
    for path in paths:
        mine = path.replace("customers/1/", f"customers/{customer.customer_id}/")
        answer = client.get(f"/api/{mine}")
        assert answer.status_code in (200, 503), (path, answer.content)
