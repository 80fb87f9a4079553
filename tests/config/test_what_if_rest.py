"""`config/what_if/`: staff ask before they save."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from rest_framework.test import APIClient

from config.models import IndustryBaseline, ScoringProfile
from config.rest.what_if import WhatIfSerializer
from jobs.what_if import reading, what_if
from tests.factories import (
    CustomerFactory,
    IndustryBaselineFactory,
    ScoringProfileFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db

WHAT_IF = "/api/config/what_if/"


def score(customers: int = 1, windows: int = 2, **customer: Any) -> None:
    """Customers with their simple ratio, 0.8, in each of the windows."""
    for _ in range(customers):
        owner = CustomerFactory.create(**customer)
        for number in range(windows):
            SyncJobFactory.create(customer=owner, window_start=hour(number))
            SentimentScoreFactory.create(
                customer=owner, window_start=hour(number), carried=number == windows - 1
            )


@pytest.fixture
def two_industries() -> None:
    """Two banks and a shop, in two windows."""
    for number in range(2):
        WindowFactory.create(window_start=hour(number))
    score(2)
    score(1, industry="Retail")


def test_guests_and_visitors_may_not_ask(guest: APIClient, user_without_rights: APIClient) -> None:
    for method in ("get", "post"):
        assert getattr(guest, method)(WHAT_IF, {}, format="json").status_code == 401
        assert getattr(user_without_rights, method)(WHAT_IF, {}, format="json").status_code == 403


@pytest.mark.parametrize("method", ["get", "put", "patch"])
def test_it_is_asked_with_post_alone(staff: APIClient, method: str) -> None:
    answer = getattr(staff, method)(WHAT_IF, {}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_a_baseline_is_tried(staff: APIClient, two_industries: None) -> None:
    body = {"baselines": [{"industry": " BANKING", "baseline_score": 1}], "limit": 1}
    answer = staff.post(WHAT_IF, body, format="json")
    assert answer.status_code == 200, answer.json()
    assert answer["Cache-Control"] == "no-store"
    found = answer.json()
    assert found["summary"] == (
        "2 of the 3 customers with a score in the last 7 days would have another one; the mean "
        "of the newest scores would go from 0.800 to 0.533. None would newly be above 0.7, 2 no "
        "longer."
    )
    assert (found["active_version"], found["profile"]["version"]) == (1, 1)
    banking, retail = found["industries"]
    assert (banking["industry"], banking["old_baseline"], banking["new_baseline"]) == (
        "Banking",
        None,
        1.0,
    )
    assert banking["new_mean_of_newest"] == pytest.approx(0.4)
    assert (retail["customers"], retail["changed"]) == (1, 0)
    (customer,) = found["customers"]
    assert customer["difference"] == pytest.approx(-0.4)
    assert (customer["old_baseline"], customer["new_baseline"]) == (None, 1.0)
    assert found == WhatIfSerializer(what_if(baselines={"Banking": 1}, limit=1)).data
    assert not IndustryBaseline.objects.exists()


def test_a_baseline_is_taken_away(staff: APIClient, two_industries: None) -> None:
    IndustryBaselineFactory.create(industry="Banking", baseline_score=0.7)
    body = {"baselines": [{"industry": "banking", "baseline_score": None}]}
    found = staff.post(WHAT_IF, body, format="json").json()
    assert found["overall"]["changed"] == 0, "the stored scores were made without a baseline"
    assert found["outdated"] == 2
    assert (found["industries"][0]["old_baseline"], found["industries"][0]["new_baseline"]) == (
        0.7,
        None,
    )
    assert IndustryBaseline.objects.count() == 1


def test_a_profile_is_tried_and_what_is_left_out_stays_as_it_is(
    staff: APIClient, two_industries: None
) -> None:
    active = ScoringProfileFactory.create(history_windows=7, min_evidence=3)
    active.activate()
    body = {"profile": {"min_evidence": 50, "note": "stricter"}, "days": 1}
    found = staff.post(WHAT_IF, body, format="json").json()
    rules = found["profile"]
    assert (rules["version"], rules["history_windows"], rules["min_evidence"]) == (None, 7, 50)
    assert found["active_version"] == 2
    assert found["overall"]["crossings"]["into_insufficient_evidence"] == 3
    assert [row["new_state"] for row in found["customers"]] == ["insufficient_evidence"] * 3
    assert ScoringProfile.objects.count() == 2


def test_a_stored_version_is_tried(staff: APIClient, two_industries: None) -> None:
    ScoringProfileFactory.create(attention_below=0.9, healthy_above=0.95)
    found = staff.post(WHAT_IF, {"profile_version": 2}, format="json").json()
    assert (found["profile"]["version"], found["active_version"]) == (2, 1)
    crossings = found["overall"]["crossings"]
    assert (crossings["into_attention"], crossings["out_of_healthy"]) == (3, 3)
    assert ScoringProfile.active().version == 1


@pytest.mark.parametrize(
    ("body", "name", "hint"),
    [
        ({}, "profile", "what would change?"),
        ({"days": 3}, "profile", "what would change?"),
        ({"baselines": []}, "profile", "what would change?"),
        ({"profile": {}, "profile_version": 1}, "profile_version", "either"),
        ({"profile": None}, "profile", "null"),
        ({"profile": [1]}, "profile", "dictionary"),
        ({"profile": {"decay_factor": 0}}, "profile.decay_factor", "Above 0, not above 1."),
        ({"profile": {"history_windows": 1.5}}, "profile.history_windows", "integer"),
        ({"profile": {"max_age_hours": 10**30}}, "profile.max_age_hours", "8784"),
        ({"profile": {"trend_adjusted": "yes"}}, "profile.trend_adjusted", "boolean"),
        ({"profile": {"base_method": "guess"}}, "profile.base_method", "guess"),
        ({"profile": {"colour": 1}}, "profile.colour", "unknown"),
        ({"profile": {"version": 1}}, "profile.version", "read only"),
        ({"profile": {"attention_below": 0.9}}, "profile", "<= healthy above"),
        ({"profile": {"fn_weight": 1}}, "profile", "differ"),
        ({"profile_version": "1"}, "profile_version", "integer"),
        ({"profile_version": 0}, "profile_version", "greater"),
        ({"baselines": {"Banking": 0.5}}, "baselines", "list"),
        ({"baselines": [1]}, "baselines.0", "dictionary"),
        ({"baselines": [{"industry": "A"}]}, "baselines.0.baseline_score", "required"),
        ({"baselines": [{"baseline_score": 1}]}, "baselines.0.industry", "required"),
        (
            {"baselines": [{"industry": " ", "baseline_score": 1}]},
            "baselines.0.industry",
            "blank",
        ),
        (
            {"baselines": [{"industry": "A", "baseline_score": 0}]},
            "baselines.0.baseline_score",
            "Above 0, not above 1.",
        ),
        (
            {"baselines": [{"industry": "A", "baseline_score": "0.5"}]},
            "baselines.0.baseline_score",
            "number",
        ),
        (
            {"baselines": [{"industry": n, "baseline_score": 1} for n in ("Ä", " ä ")]},
            "baselines",
            "'Ä' is named more than once",
        ),
        ({"profile": {}, "days": 0}, "days", "greater than or equal to 1"),
        ({"profile": {}, "days": 32}, "days", "less than or equal to 31"),
        ({"profile": {}, "days": True}, "days", "integer"),
        ({"profile": {}, "limit": 501}, "limit", "less than or equal to 500"),
        ({"profile": {}, "limit": -1}, "limit", "greater than or equal to 0"),
        ({"profile": {}, "dry_run": True}, "dry_run", "unknown"),
    ],
)
def test_questions_that_do_not_fit(
    staff: APIClient, body: dict[str, Any], name: str, hint: str
) -> None:
    answer = staff.post(WHAT_IF, body, format="json")
    assert answer.status_code == 400, answer.json()
    (error,) = answer.json()["errors"]
    assert error["name"] == name
    assert hint in error["detail"]


def test_a_version_that_does_not_exist(staff: APIClient) -> None:
    answer = staff.post(WHAT_IF, {"profile_version": 9}, format="json")
    assert (answer.status_code, answer.json()["detail"]) == (
        404,
        "profile_version: There is no version 9.",
    )


def test_more_than_can_be_computed(
    staff: APIClient, two_industries: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_SCORES", -1)
    answer = staff.post(WHAT_IF, {"profile": {}}, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["name"] == "days"
    assert "ask for fewer days" in answer.json()["detail"]


@pytest.mark.usefixtures("counted")
def test_it_counts_among_the_requests_of_staff(staff: APIClient, settings: Settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"staff": "1/day"}
    statuses = [staff.post(WHAT_IF, {"profile": {}}, format="json").status_code for _ in range(2)]
    assert statuses == [200, 429]


def test_queries_do_not_grow(staff: APIClient, two_industries: None) -> None:
    def ask() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            answer = staff.post(
                WHAT_IF,
                {"profile": {"industry_shrinkage": True, "min_evidence": 50}, "limit": 500},
                format="json",
            )
        return len(queries), len(answer.json()["customers"])

    few, some = ask()
    for number in range(24):
        score(1, industry=f"Industry {number}")
    many, more = ask()
    assert (some, more) == (3, 27)
    assert many == few
