"""`config/`: what staff decide over REST."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from tests.factories import (
    DatabaseConfigFactory,
    IndustryBaselineFactory,
    ScoringProfileFactory,
    WindowFactory,
)
from tests.source import SourceDatabase

pytestmark = pytest.mark.django_db

DATABASES = "/api/config/database/"
BASELINES = "/api/config/industry_baselines/"
PROFILES = "/api/config/scoring_profiles/"
NEW_DATABASE = {"name": "second", "username": "reader", "password": "a new secret"}


@pytest.mark.parametrize("path", [DATABASES, BASELINES, PROFILES])
def test_guests_and_visitors_see_nothing(
    guest: APIClient, user_without_rights: APIClient, path: str
) -> None:
    rows: dict[str, Any] = {
        DATABASES: DatabaseConfigFactory,
        BASELINES: IndustryBaselineFactory,
        PROFILES: ScoringProfileFactory,
    }
    row = rows[path].create()
    for address in (path, f"{path}{row.pk}/"):
        for method in ("get", "post", "put", "patch"):
            assert getattr(guest, method)(address, {}, format="json").status_code == 401
            assert (
                getattr(user_without_rights, method)(address, {}, format="json").status_code == 403
            )
    assert "WWW-Authenticate" in guest.get(path)


def test_a_connection_is_made_and_its_password_never_comes_out(staff: APIClient) -> None:
    made = staff.post(DATABASES, NEW_DATABASE, format="json")
    assert made.status_code == 201, made.json()
    assert made.json()["has_password"]
    row = DatabaseConfig.objects.get()
    assert row.password.reveal() == "a new secret"
    assert not row.is_active
    for answer in (made, staff.get(DATABASES), staff.get(f"{DATABASES}{row.pk}/")):
        assert "a new secret" not in answer.content.decode()
        assert row.password.token not in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"


def test_a_connection_is_changed(staff: APIClient) -> None:
    row = DatabaseConfigFactory.create(password="old", connect_timeout=77)
    path = f"{DATABASES}{row.pk}/"
    assert staff.patch(path, {"database_name": "other"}, format="json").status_code == 200
    row.refresh_from_db()
    assert (row.database_name, row.connect_timeout, row.password.reveal()) == ("other", 77, "old")
    body = {"name": "n", "username": "reader", "host": row.host, "port": row.port}
    answer = staff.put(path, body, format="json")
    assert answer.status_code == 200, answer.json()
    row.refresh_from_db()
    assert (row.database_name, row.connect_timeout) == ("email_security", 10)
    assert row.password.reveal() == "old"
    staff.patch(path, {"password": ""}, format="json")
    row.refresh_from_db()
    assert not row.password


@pytest.mark.parametrize(
    "change", [{"host": "evil.example"}, {"port": 2}, {"username": "other"}, {"sslmode": "prefer"}]
)
def test_a_stored_password_does_not_go_elsewhere(staff: APIClient, change: dict[str, Any]) -> None:
    row = DatabaseConfigFactory.create(password="old", sslmode="require")
    path = f"{DATABASES}{row.pk}/"
    whole = {"name": row.name, "username": row.username, "host": row.host, "port": row.port}
    whole |= {"sslmode": row.sslmode}
    for method, body in (("patch", change), ("put", whole | change)):
        answer = getattr(staff, method)(path, body, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["name"]) == (400, "password")
        assert "give the password again" in answer.json()["detail"]
    row.refresh_from_db()
    assert (row.host, row.sslmode, row.password.reveal()) == ("127.0.0.1", "require", "old")
    assert staff.patch(path, {"sslmode": "verify-full"}, format="json").status_code == 200
    given = staff.patch(path, {**change, "password": "old"}, format="json")
    assert given.status_code == 200, given.json()


@pytest.mark.parametrize("meanwhile", ["activated", "edited", "deleted"])
def test_what_somebody_else_does_meanwhile_is_not_undone(
    staff: APIClient, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """Checks may take seconds, when the host is looked up."""
    first = DatabaseConfigFactory.create(is_active=True)
    row = DatabaseConfigFactory.create(is_active=False)
    check = DatabaseConfig.clean

    def slow(config: DatabaseConfig) -> None:
        check(config)
        other = DatabaseConfig.objects.get(pk=row.pk)
        if meanwhile == "activated":
            other.activate()
        elif meanwhile == "edited":
            DatabaseConfig.objects.filter(pk=row.pk).update(connect_timeout=99)
        else:
            other.delete()

    monkeypatch.setattr(DatabaseConfig, "clean", slow)
    answer = staff.patch(f"{DATABASES}{row.pk}/", {"statement_timeout": 7}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "read again" in answer.json()["detail"]
    assert not DatabaseConfig.objects.filter(statement_timeout=7).exists()
    active = DatabaseConfig.objects.get(is_active=True)
    assert active == (row if meanwhile == "activated" else first)


def test_a_connection_without_a_password_moves_freely(staff: APIClient) -> None:
    row = DatabaseConfigFactory.create(password="")
    path = f"{DATABASES}{row.pk}/"
    assert staff.patch(path, {"host": "elsewhere"}, format="json").status_code == 200


def test_names_are_given_once(staff: APIClient) -> None:
    first, second = DatabaseConfigFactory.create(name="one"), DatabaseConfigFactory.create()
    body = {**NEW_DATABASE, "name": "one"}
    assert staff.post(DATABASES, body, format="json").status_code == 409
    assert (
        staff.patch(f"{DATABASES}{second.pk}/", {"name": "one"}, format="json").status_code == 409
    )
    assert staff.patch(f"{DATABASES}{first.pk}/", {"name": "one"}, format="json").status_code == 200


def test_another_source_is_refused_while_windows_are_covered(staff: APIClient) -> None:
    active = DatabaseConfigFactory.create(is_active=True)
    other = DatabaseConfigFactory.create(port=2)
    WindowFactory.create()
    for method, path in (("patch", f"{DATABASES}{active.pk}/"), ("post", None)):
        address = path or f"{DATABASES}{other.pk}/activate/"
        body: dict[str, Any] = {"port": 3, "password": "known"} if path else {}
        refused = getattr(staff, method)(address, body, format="json")
        assert refused.status_code == 409
        assert "same_data=true" in refused.json()["detail"]
        confirmed = getattr(staff, method)(address, {**body, "same_data": True}, format="json")
        assert confirmed.status_code == 200, confirmed.json()
    active.refresh_from_db()
    assert (active.port, active.is_active) == (3, False)
    assert DatabaseConfig.active() == other


def test_trying_a_connection_answers_in_words(staff: APIClient, source: SourceDatabase) -> None:
    good = DatabaseConfig.active()
    answer = staff.post(f"{DATABASES}{good.pk}/test/")
    assert answer.json()["ok"], answer.json()
    assert "tables and columns can be read" in answer.json()["message"]
    bad = DatabaseConfigFactory.create()
    answer = staff.post(f"{DATABASES}{bad.pk}/test/", {}, format="json")
    assert answer.status_code == 200
    assert answer.json()["ok"] is False
    assert "check host and port" in answer.json()["message"]
    assert source.server.password not in answer.content.decode()


def test_a_stored_password_that_cannot_be_read_is_said_in_words(staff: APIClient) -> None:
    row = DatabaseConfigFactory.create()
    DatabaseConfig.objects.filter(pk=row.pk).update(password="x")
    from config.secrets import Secret

    row.password = Secret("no token of ours")
    row.save()
    answer = staff.post(f"{DATABASES}{row.pk}/test/")
    assert answer.json()["ok"] is False
    assert "FIELD_ENCRYPTION_KEY" in answer.json()["message"]


def test_a_baseline_is_made_or_changed(staff: APIClient) -> None:
    body = {"industry": " Banking ", "baseline_score": 0.5, "description": "first"}
    made = staff.post(BASELINES, body, format="json")
    assert (made.status_code, made.json()["industry"]) == (201, "Banking")
    changed = staff.post(BASELINES, {"industry": "BANKING", "baseline_score": 1}, format="json")
    assert (changed.status_code, changed.json()["id"]) == (200, made.json()["id"])
    row = IndustryBaseline.objects.get()
    assert (row.industry, row.baseline_score, row.description) == ("Banking", 1.0, "first")


def test_an_industry_has_one_baseline(staff: APIClient) -> None:
    IndustryBaselineFactory.create(industry="Banking")
    other = IndustryBaselineFactory.create(industry="Retail")
    path = f"{BASELINES}{other.pk}/"
    assert staff.patch(path, {"industry": "banking"}, format="json").status_code == 409
    assert staff.patch(path, {"industry": "RETAIL"}, format="json").status_code == 200


def test_a_profile_is_a_new_version_and_never_edited(staff: APIClient) -> None:
    made = staff.post(PROFILES, {"note": "gentler", "decay_factor": 0.95}, format="json")
    assert made.status_code == 201, made.json()
    assert (made.json()["version"], made.json()["is_active"]) == (2, False)
    path = f"{PROFILES}{made.json()['id']}/"
    for method in (staff.put, staff.patch):
        assert method(path, {"note": "x"}, format="json").status_code == 405
    used = staff.post(f"{path}activate/")
    assert (used.status_code, used.json()["is_active"]) == (200, True)
    assert ScoringProfile.active().decay_factor == 0.95
    third = staff.post(PROFILES, {"history_windows": 20}, format="json").json()
    assert (third["decay_factor"], third["note"]) == (0.95, ""), "as where it is tried"
    ScoringProfile.objects.filter(version=3).delete()
    assert staff.get(PROFILES).json()["count"] == 2


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        (BASELINES, {"industry": "A", "baseline_score": 0}, "baseline_score"),
        (BASELINES, {"industry": "A", "baseline_score": 1.1}, "baseline_score"),
        (BASELINES, {"industry": "A", "baseline_score": "0.5"}, "baseline_score"),
        (BASELINES, {"industry": "A", "baseline_score": True}, "baseline_score"),
        (BASELINES, {"industry": "A"}, "baseline_score"),
        (BASELINES, {"industry": " ", "baseline_score": 0.5}, "industry"),
        (BASELINES, {"industry": 7, "baseline_score": 0.5}, "industry"),
        (BASELINES, {"industry": "\0", "baseline_score": 0.5}, "industry"),
        (BASELINES, {"industry": "A", "baseline_score": 0.5, "colour": 1}, "colour"),
        (BASELINES, {"industry": "A", "baseline_score": 0.5, "id": 1}, "id"),
        (PROFILES, {"decay_factor": 0}, "decay_factor"),
        (PROFILES, {"history_windows": 0}, "history_windows"),
        (PROFILES, {"history_windows": 1.5}, "history_windows"),
        (PROFILES, {"max_age_hours": 10**30}, "max_age_hours"),
        (PROFILES, {"trend_adjusted": "yes"}, "trend_adjusted"),
        (PROFILES, {"base_method": "guess"}, "base_method"),
        (PROFILES, {"fn_weight": 1.5}, "fn_weight"),
        (PROFILES, {"fn_weight": 0.5, "fp_weight": 0.5}, "body"),
        (PROFILES, {"normalisation_method": "cubic"}, "normalisation_method"),
        (PROFILES, {"industry_moments": {}}, "industry_moments"),
        (PROFILES, {"attention_below": 0.8, "healthy_above": 0.2}, "body"),
        (DATABASES, {**NEW_DATABASE, "port": 0}, "port"),
        (DATABASES, {**NEW_DATABASE, "source_timezone": "Mars"}, "source_timezone"),
        (DATABASES, {**NEW_DATABASE, "source_timezone": "../etc"}, "source_timezone"),
        (DATABASES, {**NEW_DATABASE, "sslmode": "maybe"}, "sslmode"),
        (DATABASES, {**NEW_DATABASE, "is_active": True}, "is_active"),
    ],
)
def test_values_that_do_not_fit(
    staff: APIClient, path: str, body: dict[str, Any], name: str
) -> None:
    answer = staff.post(path, body, format="json")
    assert answer.status_code == 400
    assert [error["name"] for error in answer.json()["errors"]] == [name]


@pytest.mark.parametrize(
    ("body", "status", "hint"),
    [
        (b"[1, 2]", 400, "no object"),
        (b"null", 400, "no object"),
        (b'"text"', 400, "no object"),
        (b"{", 400, "no JSON"),
        (b'{"industry": NaN}', 400, "no JSON"),
        (b'{"industry": "\xff"}', 400, "no JSON"),
        (b'{"industry": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", 400, "no JSON"),
        (b'{"industry": "' + b"x" * 2_000_000 + b'"}', 413, "64 KiB"),
    ],
)
def test_bodies_that_are_no_modest_object(
    staff: APIClient, body: bytes, status: int, hint: str
) -> None:
    answer = staff.post(BASELINES, body, content_type="application/json")
    assert answer.status_code == status
    assert hint in answer.json()["detail"]


def test_forms_are_not_taken(staff: APIClient) -> None:
    answer = staff.post(BASELINES, "industry=A", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", [DATABASES, BASELINES, PROFILES])
@pytest.mark.parametrize("key", ["0", "abc", str(2**63), "-1"])
def test_rows_that_do_not_exist(staff: APIClient, path: str, key: str) -> None:
    answer = staff.get(f"{path}{key}/")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["name"] == "id"
