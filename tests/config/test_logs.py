"""The log, as machines and people read it, and the ids that hold it together."""

import json
import logging
import re
import subprocess
import sys
from typing import Any

import django_rq
import pytest
import requests
from django.test import Client

from config import logs
from config.models import DatabaseConfig
from jobs import tasks
from jobs.models import PipelineRun, RunStatus, Trigger
from jobs.pipeline import execute, open_hourly_run
from tests.factories import DatabaseConfigFactory
from tests.processes import ROOT, environment, web_server
from tests.source import SourceDatabase


def lines_of(text: str) -> list[dict[str, Any]]:
    """Every line as JSON."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What is logged, with the ids that the handlers of the product add."""
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(logs.Carried())
    return caplog


@pytest.mark.django_db
def test_one_line_for_each_request(client: Client, heard: pytest.LogCaptureFixture) -> None:
    client.get("/api/customers/", {"search": "a-secret-word"}, headers={"X-Request-ID": "abc-1"})
    (line,) = [record for record in heard.records if record.name == "access"]
    shown = json.loads(logs.Json().format(line))
    assert shown["duration_ms"] >= 0
    assert shown["message"].startswith("GET customers 200 in ")
    assert {name: shown[name] for name in ("method", "route", "status", "request_id")} == {
        "method": "GET",
        "route": "customers",
        "status": 200,
        "request_id": "abc-1",
    }
    assert not [record for record in heard.records if "a-secret-word" in logs.Json().format(record)]


@pytest.mark.django_db
def test_probes_are_quiet(client: Client, heard: pytest.LogCaptureFixture) -> None:
    for path in ("/api/health/", "/api/health/live/", "/metrics"):
        client.get(path)
    assert [record for record in heard.records if record.name == "access"] == []
    heard.set_level(logging.DEBUG, "access")
    client.get("/api/health/")
    assert [record.levelname for record in heard.records if record.name == "access"] == ["DEBUG"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given", ["", "x" * 65, "two words", "a\tb", '"quoted"', "line\\nline", "ünïcode"]
)
def test_an_id_that_is_none_is_replaced(client: Client, given: str) -> None:
    answer = client.get("/api/health/live/", headers={"X-Request-ID": given})
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])
    again = client.get("/api/health/live/", headers={"X-Request-ID": given})
    assert again["X-Request-ID"] != answer["X-Request-ID"]


@pytest.mark.django_db
def test_every_line_of_a_failing_request_has_its_id(
    heard: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("jobs.status.newest_runs", fail)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/jobs/status/?x=1", headers={"X-Request-ID": "broken-one"})
    assert answer["X-Request-ID"] == "broken-one"
    shown = [json.loads(logs.Json().format(record)) for record in heard.records]
    assert {line["request_id"] for line in shown} == {"broken-one"}
    client.get("/api/jobs/status/", headers={"X-Request-ID": "broken-two"})
    shown = [json.loads(logs.Json().format(record)) for record in heard.records]
    assert any("RuntimeError: broken" in line.get("traceback", "") for line in shown)
    assert {line["request_id"] for line in shown} == {"broken-one", "broken-two"}


def test_every_line_of_a_run_has_its_id(
    source: SourceDatabase, heard: pytest.LogCaptureFixture
) -> None:
    source.raw_reports([(1, "XX", "{}", None)])
    run = execute(open_hourly_run(Trigger.COMMAND))
    found = {record.run_id for record in heard.records if record.name.startswith("jobs")}  # type: ignore[attr-defined]
    assert found == {str(run.run_id)}
    assert logs.RUN_ID.get() != str(run.run_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
def test_a_worker_writes_json_with_the_id_of_its_run(
    source: SourceDatabase, redis_url: str
) -> None:
    """A real worker with a forked process for each job: a good run, then one that fails."""

    def work() -> list[dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "manage.py", "rqworker", "high", "--burst"],
            cwd=ROOT,
            env=environment(redis_url),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.stderr == ""
        return lines_of(done.stdout)

    tasks.enqueue_hourly_run()
    good = work()
    run = PipelineRun.objects.get(status=RunStatus.SUCCEEDED)
    assert str(run.run_id) in [
        line.get("run_id") for line in good if line["logger"] == "jobs.ledger"
    ]
    DatabaseConfig.objects.update(port=1)
    tasks.enqueue_hourly_run()
    failing = work()
    lost = PipelineRun.objects.exclude(pk=run.pk).get()
    of_run = [line for line in failing if line.get("run_id") == str(lost.run_id)]
    assert any("check host and port" in line["message"] for line in of_run)
    assert any("SourceError" in line["message"] for line in of_run)
    assert all(line["time"] and line["level"] for line in good + failing)
    django_rq.get_queue("high").scheduled_job_registry.cleanup()


@pytest.mark.django_db(transaction=True)
def test_the_web_server_writes_json_to_standard_output(tmp_path: Any) -> None:
    DatabaseConfigFactory(is_active=True)
    file = tmp_path / "out"
    with file.open("w") as out, web_server(out) as address:
        requests.get(f"{address}/api/customers/?search=hidden", timeout=20)
        requests.get(f"{address}/nowhere?token=hidden", timeout=20)
    lines = lines_of(file.read_text())
    assert {line["logger"] for line in lines} >= {"access", "gunicorn.error"}
    assert {"customers", "none"} <= {line.get("route") for line in lines}
    assert "hidden" not in file.read_text()


def test_people_read_lines() -> None:
    record = logging.LogRecord("jobs", logging.INFO, "", 0, "all is well", None, None)
    with logs.carrying(logs.RUN_ID, "r1"), logs.carrying(logs.REQUEST_ID, "q1"):
        logs.Carried().filter(record)
    assert logs.Line().format(record).endswith(" INFO jobs: all is well [run r1] [request q1]")
    plain = logging.LogRecord("jobs", logging.INFO, "", 0, "all is well", None, None)
    with logs.carrying(logs.RUN_ID, ""), logs.carrying(logs.REQUEST_ID, ""):
        logs.Carried().filter(plain)
    assert logs.Line().format(plain).endswith(" INFO jobs: all is well")


def test_what_libraries_hang_on_a_line_is_left_out() -> None:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "x", None, None)
    record.request = "<WSGIRequest: GET '/?token=secret'>"
    assert "secret" not in logs.Json().format(record)


@pytest.mark.parametrize("debug", ["0", "1"])
def test_what_django_says_is_written_once(debug: str) -> None:
    said = "import django, logging; django.setup(); logging.getLogger('django.request').error('x')"
    done = subprocess.run(
        [sys.executable, "-c", said],
        cwd=ROOT,
        env=environment("") | {"DEBUG": debug},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.stdout.count("django.request"), done.stderr) == (1, "")
