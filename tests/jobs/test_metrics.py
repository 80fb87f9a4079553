"""`/metrics`, as Prometheus reads it."""

from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command
from django.db import InterfaceError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings
from rest_framework.test import APIClient

from demo.servers import ValkeyServer
from jobs import schedules, tasks
from jobs.clock import from_hour, to_hour
from jobs.models import RunStatus, Trigger
from jobs.models.run import LOST_AFTER
from sentiment_api.models import Customer
from tests.clients import counted, guest, not_throttled, staff, user_without_rights
from tests.factories import PipelineRunFactory, SyncJobFactory, WindowFactory
from tests.jobs.test_commands import said_by_doctor
from tests.jobs.test_queue import work
from tests.processes import web_server
from tests.source import SourceDatabase

__all__ = ["counted", "guest", "not_throttled", "staff", "user_without_rights"]

TOKEN = "the-token-of-prometheus-in-tests"
Sample = tuple[str, frozenset[tuple[str, str]]]


def parsed(text: str) -> dict[Sample, float]:
    """Values by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def key(name: str, **labels: str) -> Sample:
    """What `parsed` calls a sample."""
    return f"sentiment_{name}", frozenset(labels.items())


@pytest.fixture
def scraper(settings: Settings) -> Client:
    """Prometheus."""
    settings.METRICS_TOKEN = TOKEN
    return Client(headers={"authorization": f"Bearer {TOKEN}"})


def scrape(client: Client) -> dict[Sample, float]:
    """What it reads."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return parsed(answer.content.decode())


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile", "redis_url")
def test_it_tells_how_the_pipeline_is(source: SourceDatabase, scraper: Client) -> None:
    now = to_hour(timezone.now())
    WindowFactory(window_start=from_hour(now - 6))
    source.customer(1)
    source.reports(1, from_hour(now - 3), fn=3, fp=1)
    source.raw_reports([(1, "XX", "{}", from_hour(now - 2).replace(tzinfo=None))])
    before = scrape(scraper)
    assert before[key("missing_windows")] == 5
    assert before[key("missing_schedules")] == 1
    schedules.register()
    tasks.enqueue_hourly_run()
    assert scrape(scraper)[key("queue_jobs", queue="high", state="waiting")] == 1
    work()
    found = scrape(scraper)
    assert found[key("up", part="database")] == 1
    assert found[key("up", part="redis")] == 1
    assert found[key("up", part="source")] == 1
    assert found[key("runs", status="succeeded")] == 1
    assert found[key("runs", status="failed")] == 0
    assert found[key("missing_windows")] == 0
    assert found[key("missing_schedules")] == 0
    assert found[key("owed_windows")] == found[key("owed_scores")] == 0
    assert found[key("run_rows", kind="read")] >= 4
    assert found[key("run_rows", kind="rejected")] == 1
    assert 0 <= found[key("data_age_seconds")] < 3600 + 60
    assert found[key("data_objective_seconds")] == 90 * 60
    assert found[key("queue_jobs", queue="high", state="waiting")] == 0
    assert found[key("workers", queue="high")] == 0
    assert found[key("local_database_bytes")] > 100_000
    for step in ("sync_customer_data", "calculate_overall_metrics"):
        assert found[key("step_duration_seconds", step=step)] >= 0
    SyncJobFactory(customer=Customer.objects.get(), window_start=from_hour(now - 1), owed=True)
    assert scrape(scraper)[key("owed_scores")] == 1


@pytest.mark.django_db
def test_who_may_read_it(
    guest: APIClient, user_without_rights: APIClient, staff: APIClient, settings: Settings
) -> None:
    def status(**headers: str) -> int:
        return guest.get("/metrics", headers=headers).status_code

    assert guest.get("/metrics").status_code == 401
    assert user_without_rights.get("/metrics").status_code == 403
    assert staff.get("/metrics").status_code == 200
    assert status(authorization="Bearer ") == 401
    assert status(authorization=f"Bearer {TOKEN}") == 401
    settings.METRICS_TOKEN = TOKEN
    assert status(authorization=f"Bearer {TOKEN}") == 200
    assert status(authorization=f"Bearer {TOKEN}x") == 401
    assert status(authorization="Bearer é") == 401
    assert status(authorization=f"Token {TOKEN}") == 401


@pytest.mark.django_db
@pytest.mark.usefixtures("counted")
def test_a_good_token_is_taken_after_any_number_of_bad_ones(
    settings: Settings, redis_url: str
) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "failed sign-ins": "2/hour"}
    client = Client()
    tried = [
        client.get("/metrics", headers={"authorization": f"Bearer {word}"}).status_code
        for word in ("a", "b", "c", TOKEN)
    ]
    assert tried == [401, 401, 429, 200]


@pytest.mark.django_db
def test_without_redis_it_says_so_and_tells_the_rest(scraper: Client) -> None:
    WindowFactory()
    found = scrape(scraper)
    assert found[key("up", part="redis")] == 0
    assert found[key("up", part="database")] == 1
    assert key("data_age_seconds") in found
    assert key("workers", queue="high") not in found


@pytest.mark.django_db
def test_a_clock_that_was_ahead_makes_no_figure_negative(scraper: Client) -> None:
    for hour in (-1, 2):
        WindowFactory(window_start=from_hour(to_hour(timezone.now()) + hour))
    PipelineRunFactory(finished_at=timezone.now() + timedelta(hours=1))
    found = scrape(scraper)
    assert found[key("run_age_seconds")] == 0
    assert found[key("missing_windows")] == 0


@pytest.mark.django_db
def test_a_connection_that_was_cut_is_a_database_away(
    scraper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut() -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr("jobs.metrics.status.owed_work", cut)
    found = scrape(scraper)
    assert found[key("up", part="database")] == 0
    assert key("data_age_seconds") not in found, "all or nothing"


@pytest.mark.django_db
def test_metrics_status_and_doctor_count_the_same_runs(scraper: Client, guest: APIClient) -> None:
    WindowFactory()
    silent = timezone.now() - LOST_AFTER - timedelta(seconds=1)
    PipelineRunFactory(status=RunStatus.FAILED, started_at=timezone.now())
    # It could not be put into the queue: it was meant to run.
    PipelineRunFactory(status=RunStatus.FAILED, trigger=Trigger.BACKFILL, error="Redis: refused")
    PipelineRunFactory(status=RunStatus.QUEUED, progress_at=silent)
    PipelineRunFactory(status=RunStatus.FAILED, trigger=Trigger.PRUNE)
    now = timezone.now()
    PipelineRunFactory(created_at=now - timedelta(days=2), finished_at=now - timedelta(days=2))
    PipelineRunFactory(finished_at=now, trigger=Trigger.PRUNE, rows_written=7)
    for start in ("yesterday", "2026-13-01", "2026-01-02"):
        with pytest.raises(CommandError):
            call_command("backfill", "--start", start, "--end", "2026-01-01")
    found = scrape(scraper)
    assert found[key("runs", status="failed")] == 2
    assert found[key("runs", status="lost")] == 1
    assert found[key("run_rows", kind="written")] == 0
    assert found[key("run_age_seconds")] >= 2 * 24 * 3600
    assert guest.get("/api/jobs/status/").json()["recent"] == {"failed": 2, "lost": 1}
    said = said_by_doctor()
    assert "look  runs: 2 failed in the last 24 hours, the newest at " in said
    assert "Z: Redis: refused" in said
    assert "look  runs: 1 lost in the last 24 hours, the newest at " in said


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow(scraper: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            scrape(scraper)
        return len(told)

    WindowFactory()
    PipelineRunFactory()
    statements()  # Makes the first connection.
    few = statements()
    for hour in range(1, 30):
        WindowFactory(window_start=from_hour(to_hour(timezone.now()) - 2 * hour))
        PipelineRunFactory(status=RunStatus.FAILED)
    assert statements() == few


@pytest.mark.django_db
def test_requests_are_counted_by_route_whatever_clients_invent(scraper: Client) -> None:
    def counted() -> dict[Sample, float]:
        name = "sentiment_http_request_duration_seconds_count"
        return {sample: value for sample, value in scrape(scraper).items() if sample[0] == name}

    client = Client()
    client.get("/api/customers/")
    client.get("/api/no-such/")
    client.get("/nowhere")
    client.generic("BREW", "/nowhere")
    before = counted()
    for number in range(20):
        client.get(f"/api/customers/{number}/", {"page": f"x{number}"})
        client.get(f"/api/no-such-{number}/")
        client.get(f"/nowhere-{number}")
        client.generic(f"BREW{number}", "/nowhere")
    after = counted()
    name = "http_request_duration_seconds_count"
    none = key(name, route="none", method="GET", status="4xx")
    other = key(name, route="none", method="other", status="4xx")
    assert after[none] - before[none] == 20
    assert after[other] - before[other] == 20
    new = {dict(labels)["route"] for _, labels in after.keys() - before.keys()}
    assert len(new) <= 2, new


@pytest.mark.django_db
def test_operations_are_counted_by_type(scraper: Client) -> None:
    def of(kind: str) -> float:
        name = "graphql_operation_duration_seconds_count"
        return scrape(scraper).get(key(name, type=kind), 0)

    kinds = ("query", "mutation", "unreadable")
    before = [of(kind) for kind in kinds]
    for query in ("{ customers { edges { cursor } } }", "{ nonsense", "{ noSuchField }"):
        Client().post("/graphql/", {"query": query}, content_type="application/json")
    assert [of(kind) - was for kind, was in zip(kinds, before, strict=True)] == [1, 0, 2]


def scrape_at(address: str) -> dict[Sample, float]:
    """What any of the processes tells."""
    answer = requests.get(
        f"{address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=20
    )
    assert answer.status_code == 200
    return parsed(answer.text)


@pytest.mark.django_db(transaction=True)
def test_whichever_process_answers_all_of_them_are_counted() -> None:
    counted = key("http_request_duration_seconds_count", route="schema", method="GET", status="2xx")
    with web_server(METRICS_TOKEN=TOKEN) as address:
        before = scrape_at(address).get(counted, 0)
        for _ in range(30):
            requests.get(f"{address}/api/schema/", timeout=20).raise_for_status()
        seen = {scrape_at(address)[counted] - before for _ in range(10)}
    assert seen == {30}


def test_without_a_database_it_says_so(tmp_path: Path, valkey: ValkeyServer) -> None:
    broken = {"DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3", "REDIS_URL": valkey.url()}
    (tmp_path / "sentiment-20260101T000000Z.sqlite3").write_text("12345")
    values = {"METRICS_TOKEN": TOKEN, "ENV_FILE": "", "BACKUP_DIR": str(tmp_path), **broken}
    with web_server(None, **values) as address:
        found = scrape_at(address)
    assert found[key("up", part="database")] == 0
    assert found[key("up", part="redis")] == 1
    assert key("data_age_seconds") not in found
    assert key("workers", queue="high") in found
    assert key("up", part="source") not in found, "nobody knows where it is"
    assert found[key("local_disk_free_bytes")] > 0, "a full disk may be the reason"
    assert key("local_database_bytes") in found
    assert found[key("backup_bytes")] == 5
