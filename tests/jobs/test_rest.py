"""`health/` and `jobs/status/`"""

import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient
from rq import Worker
from rq_scheduler import Scheduler

from config.models import DatabaseConfig
from jobs import health, schedules
from jobs.clock import from_hour, to_hour
from jobs.models import RunStatus, Trigger
from tests.clients import guest, not_throttled, staff
from tests.factories import DatabaseConfigFactory, PipelineRunFactory, WindowFactory
from tests.source import SourceDatabase

__all__ = ["guest", "not_throttled", "staff"]

pytestmark = pytest.mark.django_db


def services(answer: Any) -> dict[str, str]:
    """The status of each part."""
    return {name: part["status"] for name, part in answer.json()["services"].items()}


def last_full_hour() -> int:
    """The newest window that can be covered now."""
    return to_hour(timezone.now()) - 1


@pytest.fixture
def everything(source: SourceDatabase, redis_url: str) -> None:
    """All that the service needs: source, Redis, a worker, a scheduler, fresh data."""
    assert source.name
    assert redis_url
    link = health.redis_connection()
    Worker(["high"], connection=link).register_birth()
    Scheduler(connection=link).register_birth()
    schedules.register()
    WindowFactory.create(window_start=from_hour(last_full_hour()))


@pytest.fixture
def silent_redis(settings: Settings) -> Iterator[None]:
    """A Redis that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        queue = {"URL": settings.REDIS_URL}
        settings.RQ_QUEUES = dict.fromkeys(settings.RQ_QUEUES, queue)
        cache = {**settings.CACHES["default"], "LOCATION": settings.REDIS_URL}
        settings.CACHES = {**settings.CACHES, "default": cache}
        yield


@pytest.mark.usefixtures("silent_redis")
@pytest.mark.parametrize("path", ["/api/health/", "/api/jobs/status/"])
def test_a_silent_redis_holds_nobody_up(
    staff: APIClient, settings: Settings, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    DatabaseConfigFactory.create(is_active=True)
    settings.THROTTLE_RATES = dict.fromkeys(settings.THROTTLE_RATES, "9/minute")
    begin = time.perf_counter()
    answer = staff.get(path)
    assert time.perf_counter() - begin < 6, "without bounds it takes 9 to 17 s"
    if path == "/api/health/":
        assert answer.status_code == 503
        assert answer.json()["services"]["worker"]["message"].startswith("Not known: Redis")
        assert services(answer)["scheduler"] == "degraded"
    else:
        assert answer.json()["roles"]["worker"] == "degraded"
        assert (answer.json()["queues"], answer.json()["schedules"]) == (None, None)
        assert "callers are not counted" in caplog.text, "the log says that throttles are open"


@pytest.mark.usefixtures("everything")
def test_all_is_well(guest: APIClient) -> None:
    answer = guest.get("/api/health/")
    assert answer.json()["status"] == "healthy", answer.json()
    assert answer.status_code == 200
    assert set(services(answer).values()) == {"healthy"}
    assert {"database", "redis", "source_database"} <= set(services(answer))
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("everything")
def test_without_the_source_it_is_degraded(guest: APIClient, staff: APIClient) -> None:
    DatabaseConfig.objects.all().delete()
    DatabaseConfigFactory.create(is_active=True, host="127.0.0.1", port=1)
    answer = guest.get("/api/health/")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert services(answer)["source_database"] == "degraded"
    assert "127.0.0.1" not in answer.content.decode(), "guests read no text of exceptions"
    told = staff.get("/api/health/").json()["services"]["source_database"]["detail"]
    assert "127.0.0.1:1" in told


@pytest.mark.usefixtures("everything")
def test_with_old_data_it_is_degraded(guest: APIClient, settings: Settings) -> None:
    settings.FRESHNESS_OBJECTIVE_MINUTES = -1
    answer = guest.get("/api/health/")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert services(answer)["data_freshness"] == "degraded"


def test_a_window_of_the_future_does_not_hide_old_data(guest: APIClient) -> None:
    """As clocks that were ahead leave it."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for ago in (timedelta(hours=50), timedelta(days=-7)):
        WindowFactory.create(window_start=now - ago)
    assert services(guest.get("/api/health/"))["data_freshness"] == "degraded"
    told = guest.get("/api/customers/")["Data-Freshness"]
    assert f'covered="{now - timedelta(hours=49):%Y-%m-%dT%H:%M:%SZ}"' in told
    assert "met=?0" in told


def test_with_nothing_yet_it_is_degraded(guest: APIClient, redis_url: str) -> None:
    assert redis_url
    link = health.redis_connection()
    Worker(["default"], connection=link).register_birth()
    Scheduler(connection=link).register_birth()
    answer = guest.get("/api/health/")
    assert answer.status_code == 200
    parts = answer.json()["services"]
    assert parts["worker"]["message"] == "No worker runs.", "none that takes hourly jobs"
    assert parts["scheduler"]["message"] == "Schedules are not registered."
    assert services(answer) == {
        "database": "healthy",
        "redis": "healthy",
        "source_database": "degraded",
        "web": "healthy",
        "worker": "degraded",
        "scheduler": "degraded",
        "data_freshness": "degraded",
    }


def test_without_redis_it_is_unhealthy(guest: APIClient) -> None:
    answer = guest.get("/api/health/")
    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")
    assert services(answer)["redis"] == "unhealthy"
    assert services(answer)["worker"] == "degraded"


@pytest.mark.parametrize("error", [OperationalError("disk gone"), InterfaceError("was cut")])
def test_without_the_local_database_it_is_unhealthy(
    staff: APIClient, redis_url: str, error: Exception
) -> None:
    def refuse(*_: Any) -> None:
        raise error

    assert redis_url
    with connection.execute_wrapper(refuse):
        answer = staff.get("/api/health/")
        alive = staff.get("/api/health/live/")
    assert (answer.status_code, services(answer)["database"]) == (503, "unhealthy")
    assert services(answer)["data_freshness"] == "degraded"
    assert (alive.status_code, alive.json()) == (200, {"status": "healthy"})


def test_with_little_room_it_is_degraded(
    guest: APIClient, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert redis_url
    monkeypatch.setattr("jobs.disk.free_bytes", lambda: 0)
    answer = guest.get("/api/health/")
    assert (answer.status_code, services(answer)["database"]) == (200, "degraded")
    message = "The local database answers, and has little room left."
    assert answer.json()["services"]["database"]["message"] == message


def test_before_migration_it_is_unhealthy(staff: APIClient, redis_url: str) -> None:
    assert redis_url
    MigrationRecorder.Migration.objects.filter(app="jobs").order_by("-id")[0].delete()
    answer = staff.get("/api/health/")
    assert (answer.status_code, services(answer)["database"]) == (503, "unhealthy")
    told = answer.json()["services"]["database"]
    assert told["message"] == "The local database is not migrated."
    assert told["detail"] == "migrations not applied: 1; run `manage.py migrate`"


def test_signing_in_needs_no_database_to_see_that_it_is_down(redis_url: str) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError("disk gone")

    assert redis_url
    client = APIClient(headers={"Authorization": "Token abc"})
    with connection.execute_wrapper(refuse):
        answer = client.get("/api/health/")
    assert answer.status_code == 503
    assert "disk gone" not in answer.content.decode()


def test_the_source_is_looked_at_once_in_a_while(guest: APIClient, settings: Settings) -> None:
    settings.HEALTH_SOURCE_SECONDS = 60
    DatabaseConfigFactory.create(is_active=True)
    assert services(guest.get("/api/health/"))["source_database"] == "degraded"
    DatabaseConfig.objects.all().delete()
    assert "port=1" not in guest.get("/api/health/").content.decode()
    assert services(guest.get("/api/health/"))["source_database"] == "degraded"
    assert not DatabaseConfig.objects.exists(), "asking again would have made the first one"


def test_health_is_remembered_for_a_moment(guest: APIClient, settings: Settings) -> None:
    settings.HEALTH_SECONDS = 60
    with CaptureQueriesContext(connection) as first:
        assert guest.get("/api/health/").status_code == 503
    with CaptureQueriesContext(connection) as second:
        assert guest.get("/api/health/").status_code == 503
    assert len(first) > len(second) == 0


@pytest.mark.usefixtures("everything")
def test_status_for_guests_and_for_staff(guest: APIClient, staff: APIClient) -> None:
    now = timezone.now()
    first = last_full_hour() - 5
    WindowFactory.create(window_start=from_hour(first))
    PipelineRunFactory.create(status=RunStatus.FAILED, error="source: the inner secret")
    PipelineRunFactory.create(
        status=RunStatus.RUNNING, progress_at=now - timedelta(minutes=11), created_at=now
    )
    body = guest.get("/api/jobs/status/").json()
    assert body["state"] == "degraded", "the newest run was lost"
    assert body["source_database"] == "healthy"
    assert body["roles"] == {"web": "healthy", "worker": "healthy", "scheduler": "healthy"}
    assert body["freshness"]["met"]
    newest = f"{from_hour(first + 6):%Y-%m-%dT%H:00:00Z}"
    assert body["freshness"]["newest_covered_window"] == newest
    assert body["recent"] == {"failed": 1, "lost": 1}
    assert [run["state"] for run in body["runs"]] == ["lost", "failed"]
    assert body["gaps"] == [
        {
            "start": f"{from_hour(first + 1):%Y-%m-%dT%H:00:00Z}",
            "end": f"{from_hour(first + 5):%Y-%m-%dT%H:00:00Z}",
        }
    ]
    assert not {"queues", "schedules"} & set(body)
    assert "the inner secret" not in str(body)
    more = staff.get("/api/jobs/status/").json()
    assert more["runs"][1]["error"] == "source: the inner secret"
    assert [queue["name"] for queue in more["queues"]] == ["high", "default"]
    assert more["schedules"][0]["name"] == "hourly-pipeline"
    assert more["schedules"][0]["next_time"].endswith("Z")


@pytest.mark.usefixtures("everything")
def test_the_state_of_the_pipeline_is_that_of_its_worst_part(
    guest: APIClient, settings: Settings
) -> None:
    def state() -> str:
        return str(guest.get("/api/jobs/status/").json()["state"])

    assert state() == "healthy"
    PipelineRunFactory.create(status=RunStatus.FAILED)
    assert state() == "degraded"
    PipelineRunFactory.create(status=RunStatus.FAILED, trigger=Trigger.PRUNE)
    PipelineRunFactory.create(status=RunStatus.RUNNING)
    assert state() == "degraded", "the newest run of the pipeline that has ended counts"
    PipelineRunFactory.create()
    assert state() == "healthy"
    DatabaseConfig.objects.update(port=1)
    body = guest.get("/api/jobs/status/").json()
    assert (body["state"], body["source_database"]) == ("degraded", "degraded")
    settings.FRESHNESS_OBJECTIVE_MINUTES = -1
    assert state() == "degraded"


def test_status_without_redis(staff: APIClient) -> None:
    body = staff.get("/api/jobs/status/").json()
    assert (body["queues"], body["schedules"]) == (None, None)
    assert body["state"] == "unhealthy"
    assert body["roles"]["worker"] == "degraded"


def test_the_status_takes_the_same_number_of_queries_however_much_there_is(
    guest: APIClient,
) -> None:
    DatabaseConfigFactory.create(is_active=True)
    counts = []
    for rows in (1, 25):
        for number in range(rows):
            WindowFactory.create(window_start=from_hour(last_full_hour() - rows - 2 * number))
            PipelineRunFactory.create()
        with CaptureQueriesContext(connection) as queries:
            assert guest.get("/api/jobs/status/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
