"""The operator's pages of runs: asked for, followed, repaired, with Redis and without."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import django_rq
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.clock import from_hour, to_hour
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger, Window
from jobs.requests import time_per_window
from sentiment_api.models import SentimentScore
from tests.factories import PipelineRunFactory, WindowFactory
from tests.jobs.conftest import at
from tests.jobs.test_queue import fetch, work
from tests.source import SourceDatabase

RUNS = "/admin/jobs/pipelinerun/"
REPAIR = f"{RUNS}repair/"
RECOMPUTE = f"{RUNS}recompute/"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]


@pytest.fixture
def operator(client: Client) -> Client:
    """Somebody who may do everything."""
    client.force_login(User.objects.create_superuser("olga"))
    return client


def span(first: int, last: int, **values: Any) -> dict[str, Any]:
    """The form for the tests' windows from one to another."""
    return {
        "start": f"{at(first):%Y-%m-%dT%H:%M}",
        "end": f"{at(last):%Y-%m-%dT%H:%M}",
        "reprocess": Reprocess.NONE,
        **values,
    }


def shown(client: Client, path: str, **data: Any) -> str:
    """A page, its white space folded."""
    return " ".join(client.get(path, data).content.decode().split())


def test_a_run_now_is_asked_for_followed_and_kept(
    operator: Client, source: SourceDatabase, redis_url: str
) -> None:
    assert "Run now" in shown(operator, RUNS)
    answer = operator.post(f"{RUNS}now/")
    run = PipelineRun.objects.get()
    assert answer["Location"] == f"{RUNS}{run.pk}/change/"
    page = shown(operator, answer["Location"])
    assert 'data-refresh="3"' in page
    assert "it starts as soon as a worker is free" in page
    again = operator.post(f"{RUNS}now/", follow=True)
    assert "waiting in the queue already" in again.content.decode()
    assert PipelineRun.objects.count() == 1
    work()
    run.refresh_from_db()
    assert (run.trigger, run.status, run.windows_done) == (Trigger.ADMIN, "succeeded", 240)
    page = shown(operator, answer["Location"])
    assert "data-refresh" not in page
    assert "olga, in the admin" in page
    assert "<dd>those not covered yet, and the last 240 again</dd>" in page
    assert "olga" in shown(operator, RUNS)
    entry = LogEntry.objects.get()
    assert (entry.user.get_username(), entry.change_message) == ("olga", "run now")


def test_a_range_is_repaired(operator: Client, source: SourceDatabase, redis_url: str) -> None:
    source.customer(1)
    source.reports(1, at(2), fn=3, fp=1)
    WindowFactory(window_start=at(0))
    WindowFactory(window_start=at(3))
    page = shown(operator, REPAIR, **span(0, 4))
    assert "2 windows</strong>, from 2026-01-05 01:00Z to 2026-01-05 03:00Z" in page
    assert "2 of the range were never read" in page
    assert not PipelineRun.objects.exists()
    operator.post(REPAIR, span(0, 4))
    work()
    run = PipelineRun.objects.get()
    assert (run.trigger, run.status, run.windows_done) == (Trigger.BACKFILL, "succeeded", 2)
    assert Window.objects.count() == 4
    assert SentimentScore.objects.count() == 1
    said = LogEntry.objects.get().change_message
    assert said == "2026-01-05 00:00Z to 2026-01-05 04:00Z: windows not covered yet"
    assert "Nothing: every window of the range was read" in shown(operator, REPAIR, **span(0, 4))


def test_the_first_pick_is_the_newest_gap(operator: Client) -> None:
    now = to_hour(timezone.now())
    for ago in (9, 8, 6, 5, 3, 2, 1):
        WindowFactory(window_start=from_hour(now - ago))
    page = shown(operator, REPAIR)
    gap = from_hour(now - 4)
    assert f'value="{gap:%Y-%m-%dT%H:%M}"' in page
    assert page.count("(missing)") == 2


def test_a_range_is_recomputed_with_the_rules_of_now(
    operator: Client, source: SourceDatabase, redis_url: str
) -> None:
    now = to_hour(timezone.now())
    for ago in range(1, 400):
        WindowFactory(window_start=from_hour(now - ago))
    PipelineRunFactory(started_at=at(0), finished_at=at(0) + timedelta(seconds=30), windows_done=60)
    page = shown(operator, RECOMPUTE)
    assert "<strong>240 windows</strong>" in page
    assert "It takes <strong>about 2 min</strong>" in page
    assert "version 1" in page
    (start, end) = re.findall(r'name="(?:start|end)" value="([^"]+)"[^>]*>', page)[-2:]
    forged = {"start": start, "end": end, "reprocess": "none"}
    answer = operator.post(RECOMPUTE, forged)
    run = PipelineRun.objects.get(trigger=Trigger.BACKFILL)
    assert answer["Location"] == f"{RUNS}{run.pk}/change/"
    assert run.reprocess == Reprocess.ALL
    assert (run.range_start, run.range_end) == (from_hour(now - 240), from_hour(now))
    work()
    run.refresh_from_db()
    assert (run.status, run.windows_done) == (RunStatus.SUCCEEDED, 240)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (span(4, 4), "has to lie before"),
        (span(0, 4, start="2026-01-05T00:30"), "Windows are full hours"),
        (span(0, 4, start="yesterday"), "Enter a valid date/time"),
        (span(0, 4, start=""), "This field is required"),
        (span(0, 4, start="0001-01-01T00:00"), "Windows begin with 1970"),
        (span(0, 4, start="1970-01-01T00:00"), "more than 50,000 windows"),
        (span(0, 4, start="9998-01-01T00:00", end="9999-01-01T00:00"), "is over yet"),
        (span(0, 4, reprocess="some"), "Select a valid choice"),
    ],
)
def test_a_range_that_does_not_fit_is_named(
    operator: Client, redis_url: str, data: dict[str, Any], said: str
) -> None:
    assert said in shown(operator, REPAIR, **data)
    assert said in " ".join(operator.post(REPAIR, data).content.decode().split())
    assert not PipelineRun.objects.exists()


def test_while_redis_is_away_nothing_is_half_done(operator: Client) -> None:
    for path, data in ((f"{RUNS}now/", {}), (REPAIR, span(0, 4)), (RECOMPUTE, span(0, 4))):
        answer = operator.post(path, data, follow=True)
        assert answer.status_code == 200
        assert "Redis cannot be reached, so nothing was asked for" in answer.content.decode()
    assert not PipelineRun.objects.exists()
    assert not LogEntry.objects.exists()


def test_when_redis_goes_away_in_between_the_ledger_says_so(
    operator: Client, redis_url: str, settings: Any
) -> None:
    """The health check answers, the queue does not."""
    settings.RQ_QUEUES = {
        name: {**queue, "URL": "redis://127.0.0.1:1/0"}
        for name, queue in settings.RQ_QUEUES.items()
    }
    answer = operator.post(REPAIR, span(0, 4), follow=True)
    assert "Redis cannot be reached" in answer.content.decode()
    run = PipelineRun.objects.get()
    assert (run.status, run.error.startswith("Redis: ")) == (RunStatus.FAILED, True)


def test_who_only_looks_asks_for_nothing(client: Client, redis_url: str) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_pipelinerun"))
    client.force_login(viewer)
    run = PipelineRunFactory(status=RunStatus.FAILED, error="it broke")
    assert "Run now" not in shown(client, RUNS)
    page = shown(client, f"{RUNS}{run.pk}/change/")
    assert "it broke" in page
    assert "Repair this range" not in page
    for path in (f"{RUNS}now/", REPAIR, RECOMPUTE):
        assert client.post(path, span(0, 4)).status_code == 403
    assert client.get(f"{RUNS}now/").status_code == 405
    assert client.get(REPAIR).status_code == 403
    assert PipelineRun.objects.count() == 1
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(f"{RUNS}{run.pk}/change/").status_code == 403


def test_a_failed_run_offers_to_repair_its_range(operator: Client) -> None:
    run = PipelineRunFactory(
        status=RunStatus.FAILED, range_start=at(0), range_end=at(5), started_at=timezone.now()
    )
    page = shown(operator, f"{RUNS}{run.pk}/change/")
    assert "repair/?start=2026-01-05T00:00&amp;end=2026-01-05T05:00&amp;reprocess=failed" in page
    assert operator.get(f"{RUNS}no-run/change/").status_code == 404


def test_a_backfill_is_stopped(operator: Client, source: SourceDatabase, redis_url: str) -> None:
    source.customer(1)
    source.reports(1, at(2), fn=3, fp=1)
    page = operator.post(f"{RUNS}repair/", span(0, 4))["Location"]
    run = PipelineRun.objects.get()
    assert f'href="{RUNS}{run.pk}/stop/"' in shown(operator, page)
    asked = shown(operator, f"{RUNS}{run.pk}/stop/")
    assert "has not begun to read" in asked
    assert not PipelineRun.objects.get().ended, "it asks first"
    operator.post(f"{RUNS}{run.pk}/stop/")
    said = shown(operator, page)
    assert "Stopped. Workers end when" in said
    assert "stopped by olga; it had not begun" in said
    assert "&amp;reprocess=none" in said, "it is offered again"
    assert f'href="{RUNS}{run.pk}/stop/"' not in said
    work()
    assert not Window.objects.exists(), "its jobs do nothing"
    again = operator.post(f"{RUNS}{run.pk}/stop/", follow=True)
    assert "It has ended already" in again.content.decode()
    kept = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(kept)[1:] == ["stopped"]
    assert shown(operator, RUNS).count("by olga") == 2, "who asked, and who stopped it"


def test_other_runs_are_not_stopped(operator: Client) -> None:
    """An hourly run, or a backfill in somebody's terminal."""
    for trigger in (Trigger.SCHEDULE, Trigger.BACKFILL):
        run = PipelineRunFactory(trigger=trigger, status=RunStatus.RUNNING)
        address = f"{RUNS}{run.pk}/change/"
        assert "stop/" not in shown(operator, address)
        for answer in (operator.get, operator.post):
            said = answer(f"{RUNS}{run.pk}/stop/", follow=True).content.decode()
            assert "not done by jobs that can be told to stop" in said
        run.refresh_from_db()
        assert run.status == RunStatus.RUNNING
    assert operator.get(f"{RUNS}{uuid4()}/stop/").status_code == 404


def test_a_running_run_says_how_far_it_is(operator: Client) -> None:
    now = timezone.now()
    run = PipelineRunFactory(
        status=RunStatus.RUNNING,
        started_at=now - timedelta(minutes=1),
        progress_at=now,
        windows_planned=300,
        windows_done=100,
        steps={"sync_customer_data": {"status": "running", "seconds": 60.0}},
    )
    page = shown(operator, f"{RUNS}{run.pk}/change/")
    assert "100 of 300 windows read, about 2 min left to read" in page
    assert '<progress id="progress" max="300" value="100">' in page
    assert 'data-refresh="3"' in shown(operator, RUNS)


def test_the_time_of_a_window_is_that_of_the_last_runs() -> None:
    assert time_per_window() is None
    began = datetime(2026, 1, 5, tzinfo=at(0).tzinfo)

    def took(seconds: int, windows: int, **values: Any) -> None:
        PipelineRunFactory(
            started_at=began,
            finished_at=began + timedelta(seconds=seconds),
            windows_done=windows,
            **values,
        )

    took(50, 10)
    assert time_per_window() == timedelta(seconds=5)
    took(10, 10, reprocess=Reprocess.ALL)
    took(30, 10, reprocess=Reprocess.ALL)
    took(999, 1, reprocess=Reprocess.ALL, status=RunStatus.FAILED)
    assert time_per_window() == timedelta(seconds=2)


def test_the_list_costs_the_same_for_any_number_of_runs(operator: Client) -> None:
    PipelineRunFactory()
    with CaptureQueriesContext(connection) as few:
        operator.get(RUNS)
    for _ in range(12):
        PipelineRunFactory()
    with CaptureQueriesContext(connection) as many:
        operator.get(RUNS)
    assert len(many) == len(few)


def test_asked_jobs_are_in_the_queue_of_their_kind(operator: Client, redis_url: str) -> None:
    operator.post(f"{RUNS}now/")
    operator.post(REPAIR, span(0, 4))
    now, repair = PipelineRun.objects.order_by("run_id")
    for queue, run, jobs in (("high", now, 1), ("default", repair, 2)):
        waiting = fetch(django_rq.get_queue(queue).job_ids)
        assert [job.args for job in waiting] == [(str(run.pk),)] * jobs
