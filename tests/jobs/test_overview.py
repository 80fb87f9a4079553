"""The pipeline on one page, and in short on the first one: with Redis and without."""

import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from config.models import DatabaseConfig
from jobs import schedules
from jobs.clock import from_hour, to_hour
from jobs.models import RunStatus
from jobs.overview import overview
from tests.clients import not_throttled
from tests.factories import DatabaseConfigFactory, PipelineRunFactory, WindowFactory
from tests.processes import process

__all__ = ["not_throttled"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

PAGE = "/admin/jobs/pipelinerun/pipeline/"


@pytest.fixture
def operator(client: Client) -> Client:
    """Somebody who may do everything."""
    client.force_login(User.objects.create_superuser("olga"))
    return client


def lines() -> dict[str, tuple[int, str]]:
    """What is said, by subject."""
    return {one.subject: (one.level, one.text) for one in overview()[0]}


def shown(client: Client, path: str) -> str:
    return html.unescape(" ".join(client.get(path).content.decode().split()))


def test_an_empty_installation_says_what_to_do(redis_url: str) -> None:
    said = lines()
    assert said["Data"] == (2, "nothing was read yet: run now")
    assert said["Last run"] == (1, "no run has ended yet")
    assert said["Windows"] == (0, "none is missing")
    assert "nobody serves high and default" in said["Workers"][1]
    assert said["Schedule"] == (2, "not registered: `manage.py setup_schedules`")


def test_a_pipeline_at_work(operator: Client, redis_url: str) -> None:
    now = to_hour(timezone.now())
    for ago in (1, 2, 4, 5, 6):
        WindowFactory(window_start=from_hour(now - ago), totals_owed=ago == 6)
    PipelineRunFactory(status=RunStatus.FAILED, error="the source went away")
    PipelineRunFactory(status=RunStatus.RUNNING, started_at=timezone.now())
    schedules.register()
    with process(redis_url, "rqscheduler", "--interval", "1", "--queue", "high") as scheduler:
        while not schedules.schedulers_alive():
            assert scheduler.poll() is None
        said = lines()
        page = shown(operator, PAGE)
    assert said["Data"][0] == 0
    assert said["Last run"][1].endswith("the source went away")
    assert said["Windows"] == (1, "1 missing in 1 gap; the next run reads them")
    assert said["Work owed"] == (1, "0 scores and 1 window; the next run computes them")
    assert said["Schedule"][1].startswith("the next run begins at ")
    assert "hourly-pipeline" in page
    assert '<a href="/admin/rq/queues/1/">high</a>' in page


def test_it_tells_of_source_room_and_copies(
    redis_url: str, settings: Settings, tmp_path: Path
) -> None:
    settings.HEALTH_SOURCE_SECONDS, settings.BACKUP_DIR = 60, str(tmp_path)
    DatabaseConfigFactory(is_active=True)
    said = lines()
    assert said["Source"][0] == 2
    assert "127.0.0.1:1/" in said["Source"][1], "what is wrong, for staff"
    assert said["Room"][1].startswith("the local database has ")
    assert said["Backup"][1].startswith(f"there is none in {tmp_path}: `manage.py backup`")
    DatabaseConfig.objects.all().delete()
    assert lines()["Source"] == said["Source"], "it is not connected to each time"


def test_a_lost_run_says_what_became_of_it(redis_url: str) -> None:
    silent = timezone.now() - timedelta(minutes=11)
    PipelineRunFactory(status=RunStatus.RUNNING, progress_at=silent, error="try 2 of 4")
    level, text = lines()["Last run"]
    assert level == 2
    assert text.startswith("lost, began ")
    assert ": try 2 of 4; no sign of life for 10 minutes" in text
    assert text.endswith("the next run does what it left, or `manage.py run_pipeline` at once")


def test_gaps_beyond_the_reach_of_catch_up_have_to_be_repaired(redis_url: str) -> None:
    now = to_hour(timezone.now())
    WindowFactory(window_start=from_hour(now - 1000))
    WindowFactory(window_start=from_hour(now - 1))
    assert lines()["Windows"] == (1, "998 missing in 1 gap; the old ones have to be repaired")


def test_while_redis_is_away_the_pages_say_so(operator: Client) -> None:
    for path in ("/admin/", PAGE):
        page = shown(operator, path)
        assert re.search(r"cannot be reached, so no run starts: .*[^.]; check REDIS_URL", page)
        assert "Run now" in page
    assert operator.get("/admin/rq/").status_code == 503


def test_the_first_page_shows_what_one_may_see(client: Client, redis_url: str) -> None:
    user = User.objects.create_user("viewer", is_staff=True)
    client.force_login(user)
    assert "Pipeline now" not in shown(client, "/admin/")
    assert client.get(PAGE).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_pipelinerun"))
    client.force_login(User.objects.get(pk=user.pk))
    page = shown(client, "/admin/")
    assert "Pipeline now" in page
    assert "Run now" not in page


def test_queues_are_changed_by_those_who_may_ask_for_runs(client: Client, redis_url: str) -> None:
    user = User.objects.create_user("viewer", is_staff=True)
    client.force_login(user)
    assert "RQ's cron is not used here" in shown(client, "/admin/rq/")
    for path in ("/admin/rq/queues/0/empty/", "/admin/django_rq/dashboard/queues/0/empty/"):
        assert client.get(path).status_code == 200
        assert client.post(path).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="add_pipelinerun"))
    client.force_login(User.objects.get(pk=user.pk))
    assert client.post("/admin/rq/queues/0/empty/").status_code == 302


def test_the_page_costs_the_same_for_any_number_of_runs(operator: Client, redis_url: str) -> None:
    PipelineRunFactory()
    operator.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        operator.get(PAGE)
    for _ in range(8):
        PipelineRunFactory()
    with CaptureQueriesContext(connection) as many:
        operator.get(PAGE)
    assert len(many) == len(few)
