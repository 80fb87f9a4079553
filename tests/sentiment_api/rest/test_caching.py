"""`ETag`, 304, and the freshness of the data."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError
from freezegun import freeze_time
from pytest_django import Settings
from rest_framework.test import APIClient

from config import baseline_csv, history
from config.models import IndustryBaseline, ScoringProfile
from jobs import profiles
from sentiment_api import version
from sentiment_api.rest import caching
from tests.factories import (
    CustomerFactory,
    IndustryBaselineFactory,
    ScoringProfileFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db

PATHS = (
    "/api/customers/",
    "/api/customers/1/",
    "/api/customers/1/sentiment_history/",
    "/api/sentiment/",
    "/api/sentiment/industries/",
    "/api/sentiment/segment_analysis/",
    "/api/sentiment/overall_metrics/",
)


@pytest.fixture(autouse=True)
def _one_customer() -> None:
    CustomerFactory.create(customer_id=1)


@pytest.mark.parametrize("path", PATHS)
def test_the_same_version_is_not_sent_again(guest: APIClient, path: str) -> None:
    with freeze_time("2026-01-05T12:10:00Z"):
        first = guest.get(path)
        assert first.status_code == 200
        again = guest.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert again["Data-Freshness"]


def test_what_changes_the_tag(guest: APIClient, staff: APIClient) -> None:
    with freeze_time("2026-01-05T12:10:00Z"):
        tags = [guest.get("/api/customers/")["ETag"], staff.get("/api/customers/")["ETag"]]
        version.bump()
        tags.append(guest.get("/api/customers/")["ETag"])
    with freeze_time("2026-01-05T13:10:00Z"):
        tags.append(guest.get("/api/customers/")["ETag"])
    assert len(set(tags)) == 4


def test_a_baseline_changes_the_tag(guest: APIClient) -> None:
    """Industries are answered with their baselines."""
    with freeze_time("2026-01-05T12:10:00Z"):
        tags = [guest.get("/api/sentiment/industries/")["ETag"]]
        baseline = IndustryBaselineFactory.create(industry="Banking")
        tags.append(guest.get("/api/sentiment/industries/")["ETag"])
        IndustryBaseline.objects.filter(pk=baseline.pk).delete()
        tags.append(guest.get("/api/sentiment/industries/")["ETag"])
    assert len(set(tags)) == 3


def test_an_import_of_baselines_changes_the_tag(guest: APIClient) -> None:
    IndustryBaselineFactory.create(industry="Banking", baseline_score=0.6)
    text = "industry,baseline_score\nBanking,0.5\n"
    with freeze_time("2026-01-05T12:10:00Z"):
        before = guest.get("/api/sentiment/industries/")["ETag"]
        digest = baseline_csv.preview(text).digest
        assert baseline_csv.write(text, digest, history.command()) == 1
        assert guest.get("/api/sentiment/industries/")["ETag"] != before


def test_another_contract_changes_the_tag(
    guest: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with freeze_time("2026-01-05T12:10:00Z"):
        before = guest.get("/api/customers/")["ETag"]
        monkeypatch.setattr(caching, "form_of_answers", lambda: "another")
        assert guest.get("/api/customers/")["ETag"] != before


def test_what_staff_get_is_not_kept_for_others(guest: APIClient, staff: APIClient) -> None:
    assert "private" in staff.get("/api/customers/")["Cache-Control"]
    answer = guest.get("/api/customers/")
    assert "public" in answer["Cache-Control"]
    assert {"Accept", "Authorization", "Cookie"} <= set(answer["Vary"].replace(" ", "").split(","))


def test_activating_a_profile_raises_the_version() -> None:
    before = version.current_version()
    profiles.activate(ScoringProfileFactory.create(), history.command())
    assert version.current_version() == before + 1
    assert ScoringProfile.active().version == 2


@pytest.mark.django_db(transaction=True)
def test_the_version_rises_with_the_change_or_not_at_all() -> None:
    with pytest.raises(TransactionManagementError):
        version.bump()
    with transaction.atomic():
        version.bump()
    before = version.current_version()
    with transaction.atomic():
        version.bump()
        transaction.set_rollback(True)
    assert version.current_version() == before


def test_freshness_is_in_a_header(guest: APIClient, settings: Settings) -> None:
    settings.FRESHNESS_OBJECTIVE_MINUTES = 90
    WindowFactory.create(window_start=hour(0))
    WindowFactory.create(window_start=hour(1), totals_owed=True)
    ended = hour(2)
    for minutes, met in ((90, 1), (91, 0)):
        with freeze_time(ended + timedelta(minutes=minutes)):
            assert guest.get("/api/sentiment/")["Data-Freshness"] == (
                'newest-covered="2026-01-05T02:00:00Z", newest-complete="2026-01-05T01:00:00Z", '
                f"age={minutes * 60}, objective=5400, met=?{met}"
            )


def test_without_any_window_nothing_is_met(guest: APIClient) -> None:
    assert guest.get("/api/sentiment/")["Data-Freshness"] == "objective=5400, met=?0"
