"""Every example of docs/graphql.md is run as it stands."""

import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from pytest_django.live_server_helper import LiveServer

from sentiment_api.graphql.limits import numbers
from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "graphql.md").read_text()
FRONT_END = ROOT / "dashboard" / "frontend"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$(?:\n\n```json\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
BLOCKS = [match.groups() for match in BLOCK.finditer(TEXT) if match[1] != "json"]
TRANSPILE = (
    "import ts from 'typescript'; import { readFileSync } from 'node:fs';"
    "const options = { module: 'esnext', target: 'es2022', strict: true };"
    "console.log(ts.transpile(readFileSync(0, 'utf8'), options))"
)


@pytest.fixture
def data(first_profile: None) -> None:
    """Something of everything."""
    customer = factories.ChangedCustomerFactory.create(
        customer_id=1, company_name="Acme", city="London"
    )
    factories.ComparedSpanFactory.create()
    for number in range(48):
        factories.WindowFactory.create(window_start=hour(number))
        factories.OverallSentimentFactory.create(window_start=hour(number))
        factories.SegmentSentimentFactory.create(window_start=hour(number))
    factories.SyncJobFactory.create(
        customer=customer, window_start=hour(0), fn_count=1, fp_count=9, created_at=hour(1)
    )
    factories.SentimentScoreFactory.create(
        job_id=UUID("00000000-0000-7000-8000-000000000001"),
        customer=customer,
        fn_count=1,
        fp_count=9,
        created_at=hour(1) + timedelta(seconds=1),
        carried=True,
    )


def blocks(*languages: str) -> list[tuple[str, str | None]]:
    """The blocks of these languages, with the variables that follow."""
    return [(text, more) for language, text, more in BLOCKS if language in languages]


@pytest.mark.parametrize(("query", "variables"), blocks("graphql"))
def test_queries(data: None, query: str, variables: str | None) -> None:
    """Each answers without errors, and with something."""
    found = ask(query, **orjson.loads(variables or "{}"))
    assert all(value is not None for value in found.values())
    assert re.search(r"\d", str(found))


@pytest.mark.parametrize(("script", "_more"), blocks("bash", "python", "ts"))
def test_programs(data: None, live_server: LiveServer, script: str, _more: str | None) -> None:
    """Each runs and prints something of the data."""
    script = script.replace("http://127.0.0.1:8000", live_server.url)
    done = subprocess.run(
        _command(script), capture_output=True, text=True, timeout=60, check=False, cwd=FRONT_END
    )
    assert done.returncode == 0, done.stderr
    assert "Acme" in done.stdout or "2026-01-07T00:00:00Z" in done.stdout


def _command(script: str) -> list[str]:
    if script.startswith("curl"):
        return ["/bin/sh", "-c", script]
    if script.startswith("import json"):
        return [sys.executable, "-c", script]
    from dashboard.node import find_node

    node = find_node().node
    transpiled = subprocess.run(
        [*node, "--input-type=module", "-e", TRANSPILE],
        input=script,
        capture_output=True,
        text=True,
        check=True,
        cwd=FRONT_END,
    )
    return [*node, "--input-type=module", "-e", transpiled.stdout]


def test_every_kind_of_example_is_there() -> None:
    """The tests above look at something."""
    languages = [language for language, _, _ in BLOCKS]
    assert {"bash", "python", "ts", "graphql"} == set(languages)
    assert languages.count("graphql") >= 6


def test_limits_are_those_of_the_code() -> None:
    """Every number of the table."""
    table = TEXT[TEXT.index("## Limits") :]
    shown = {float(one.replace(",", "")) for one in re.findall(r"\d[\d,.]*\d|\d", table)}
    expected = {
        value for name, value in vars(numbers).items() if name.isupper() and name != "BODY_BYTES"
    }
    assert expected <= shown
    assert f"{numbers.BODY_BYTES // 1024} KiB" in table


def test_codes_are_those_of_the_code() -> None:
    """Every code is explained."""
    from sentiment_api.graphql.errors import Code

    for code in Code:
        assert f"`{code}`" in TEXT
