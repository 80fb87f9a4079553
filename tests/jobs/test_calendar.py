"""Which windows of a month were read, and the page that shows it."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jobs.calendar import Cover, month_of, next_month, previous_month
from jobs.models import RunStatus
from tests.factories import PipelineRunFactory, SyncJobFactory, WindowFactory
from tests.jobs.conftest import at

pytestmark = pytest.mark.django_db

PAGE = "/admin/jobs/window/calendar/"
JANUARY = date(2026, 1, 1)
NOW = at(48)


def test_every_window_of_a_month_is_shown_for_what_it_is() -> None:
    for number in (0, 1, 2, 3, 6):
        WindowFactory(window_start=at(number), reports=number)
    WindowFactory(window_start=at(4), totals_owed=True)
    SyncJobFactory(window_start=at(3), owed=True)
    PipelineRunFactory(
        range_start=at(1), range_end=at(2), status=RunStatus.FAILED, started_at=at(9)
    )
    month = month_of(JANUARY, NOW)
    assert len(month.days) == 31
    day = month.days[4]
    assert day.start == at(0)
    assert [hour.cover for hour in day.hours[:8]] == [
        Cover.COMPLETE,
        Cover.FAILED,
        Cover.COMPLETE,
        Cover.OWES,
        Cover.OWES,
        Cover.MISSING,
        Cover.COMPLETE,
        Cover.MISSING,
    ]
    assert day.reports == 12
    assert day.words == "3 complete, 2 owes work, 1 last run failed, 18 missing"
    assert day.hours[2].words == "2026-01-05 02:00Z: complete, 2 reports"
    assert {hour.cover for hour in month.days[3].hours} == {Cover.BEFORE}
    assert {hour.cover for hour in month.days[7].hours} == {Cover.FUTURE}
    assert month.counts[Cover.MISSING] == 18 + 24


def test_without_any_window_everything_is_before_the_first() -> None:
    counts = month_of(JANUARY, NOW).counts
    assert set(counts) == {Cover.BEFORE, Cover.FUTURE}


def test_months_follow_each_other() -> None:
    month = JANUARY
    for _ in range(30):
        assert previous_month(next_month(month)) == month
        month = next_month(month)
    assert month == date(2028, 7, 1)
    assert len(month_of(date(2028, 2, 1), NOW).days) == 29


def test_a_month_costs_the_same_however_full_it_is() -> None:
    WindowFactory()
    with CaptureQueriesContext(connection) as few:
        month_of(JANUARY, NOW)
    for number in range(1, 40):
        WindowFactory(window_start=at(number), totals_owed=number % 2)
        PipelineRunFactory(range_start=at(number), range_end=at(number + 1))
    with CaptureQueriesContext(connection) as many:
        month_of(JANUARY, NOW)
    assert len(many) == len(few)


def test_the_page_leads_to_the_repair_of_a_day_or_an_hour(admin_client: Client) -> None:
    WindowFactory(window_start=at(0), reports=7)
    WindowFactory(window_start=at(2))
    page = admin_client.get(PAGE).content.decode()
    assert "Windows of January 2026" in page
    day = "repair/?start=2026-01-05T00%3A00&amp;end=2026-01-06T00%3A00&amp;reprocess=none"
    hour = "repair/?start=2026-01-05T01%3A00&amp;end=2026-01-05T02%3A00&amp;reprocess=none"
    read = "repair/?start=2026-01-05T00%3A00&amp;end=2026-01-05T01%3A00&amp;reprocess=all"
    for address in (day, hour, read):
        assert address in page
    assert "2026-01-05 00:00Z: complete, 7 reports" in page
    page = admin_client.get(f"{PAGE}?month=2025-12").content.decode()
    assert "before the first" in page
    assert "?month=2026-01" in page


@pytest.mark.parametrize("month", ["2026-13", "soon", "1969-12", "10000-01", "2026-01-01"])
def test_months_that_are_none(admin_client: Client, month: str) -> None:
    assert admin_client.get(f"{PAGE}?month={month}").status_code == 404


def test_the_first_and_the_last_month(admin_client: Client) -> None:
    for month in ("1970-01", "9999-11"):
        assert admin_client.get(f"{PAGE}?month={month}").status_code == 200


def test_the_list_says_what_is_still_to_be_computed(admin_client: Client) -> None:
    WindowFactory.create(window_start=at(1))
    WindowFactory.create(window_start=at(2), segments_owed=True)
    WindowFactory.create(window_start=at(3), segments_owed=True, totals_owed=True)
    WindowFactory.create(window_start=at(4))
    SyncJobFactory.create(window_start=at(4), owed=True)
    page = admin_client.get("/admin/jobs/window/").content.decode()
    said = re.findall(r'field-owes"><span class="sign (\w+)">([^<]+)<', page)
    assert said == [
        ("busy", "scores"),
        ("busy", "segments, totals"),
        ("busy", "segments"),
        ("good", "nothing"),
    ]


def test_who_only_looks_repairs_nothing(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    client.force_login(viewer)
    assert client.get(PAGE).status_code == 403
    viewer.user_permissions.add(Permission.objects.get(codename="view_window"))
    WindowFactory(window_start=at(0) - timedelta(hours=1))
    client.force_login(User.objects.get(pk=viewer.pk))
    page = client.get(PAGE).content.decode()
    assert "complete, 0 reports" in page
    assert "repair/" not in page
