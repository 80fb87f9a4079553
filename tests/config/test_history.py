"""Who changed what and when: the same through every face, without secrets, for good."""

import base64

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from tests.config.test_admin import CONNECTIONS, PROFILES, form_of, messages_of
from tests.factories import DatabaseConfigFactory, IndustryBaselineFactory, ScoringProfileFactory

pytestmark = pytest.mark.django_db

BASELINES = "/admin/config/industrybaseline/"
CHANGES = "/admin/admin/logentry/"


def newest(count: int = 1) -> list[tuple[str, str]]:
    """Who, and what changed, newest first."""
    entries = LogEntry.objects.order_by("-pk")[:count]
    return [(entry.user.get_username(), entry.change_message) for entry in entries]


def test_old_and_new_values_of_the_admin(admin_client: Client) -> None:
    row = IndustryBaselineFactory.create(industry="Banking", baseline_score=0.6)
    data = {"industry": "Banking", "baseline_score": "0.55", "description": "From January"}
    admin_client.post(f"{BASELINES}{row.pk}/change/", data)
    said = "baseline score: 0.6 → 0.55; description: nothing → From January"
    assert newest() == [("admin", said)]
    admin_client.post(f"{BASELINES}{row.pk}/change/", data)
    assert LogEntry.objects.count() == 1


def test_old_and_new_values_of_the_list(admin_client: Client) -> None:
    rows = [IndustryBaselineFactory.create(baseline_score=0.5) for _ in range(2)]
    data = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    for number, row in enumerate(rows):
        data |= {f"form-{number}-id": row.pk, f"form-{number}-baseline_score": 0.5 + number / 10}
    admin_client.post(BASELINES, data)
    assert newest(9) == [("admin", "baseline score: 0.5 → 0.6")]


def test_what_is_deleted_stays_in_the_history(admin_client: Client) -> None:
    row = IndustryBaselineFactory.create(industry="Banking", baseline_score=0.6)
    admin_client.post(f"{BASELINES}{row.pk}/delete/", {"post": "yes"})
    assert newest() == [("admin", "industry: Banking; baseline score: 0.6")]
    page = admin_client.get(CHANGES).content.decode()
    assert "deleted" in page
    assert "industry: Banking" in page


def test_passwords_are_not_in_it(admin_client: Client) -> None:
    config = DatabaseConfigFactory(password="first-word")
    changed = form_of(config, password="second-word", host="b.example")
    admin_client.post(f"{CONNECTIONS}{config.pk}/change/", changed)
    assert newest() == [("admin", "host: 127.0.0.1 → b.example; password: set anew")]
    token = DatabaseConfig.objects.get().password.token
    page = admin_client.get(CHANGES).content.decode()
    for secret in ("first-word", "second-word", token):
        assert secret not in page


def test_activating_names_both_sides(admin_client: Client) -> None:
    DatabaseConfigFactory(name="a", is_active=True)
    messages_of(admin_client, "make_active", CONNECTIONS, DatabaseConfigFactory(name="b").pk)
    assert newest(2) == [("admin", "is active: yes → no"), ("admin", "is active: no → yes")]
    messages_of(admin_client, "make_active", PROFILES, ScoringProfileFactory().pk)
    assert newest() == [("admin", "used from now on, instead of version 1")]
    messages_of(admin_client, "make_active", PROFILES, ScoringProfile.active().pk)
    assert LogEntry.objects.count() == 3


def test_rest_keeps_who_signed_in_and_how() -> None:
    user = User.objects.create_user("robot", password="pw", is_staff=True)
    token = Token.objects.create(user=user)
    basic = base64.b64encode(b"robot:pw").decode()
    address = "/api/config/industry_baselines/"
    for authorization, score in ((f"Token {token.key}", 0.5), (f"Basic {basic}", 0.75)):
        client = APIClient(headers={"Authorization": authorization})
        client.post(address, {"industry": "Banking", "baseline_score": score}, format="json")
    assert newest(2) == [
        ("robot", "baseline score: 0.5 → 0.75 (over REST)"),
        ("robot", "industry: Banking; baseline score: 0.5 (over REST)"),
    ]


def test_rest_keeps_connections_and_profiles(staff: APIClient) -> None:
    first = DatabaseConfigFactory.create(password="old")
    address = f"/api/config/database/{first.pk}/"
    staff.patch(address, {"password": "a new secret", "port": 7}, format="json")
    assert newest() == [("operator", "port: 1 → 7; password: set anew (over REST)")]
    staff.post(f"{address}activate/")
    assert newest() == [("operator", "is active: no → yes (over REST)")]
    made = staff.post("/api/config/scoring_profiles/", {"note": "gentler"}, format="json").json()
    staff.post(f"/api/config/scoring_profiles/{made['id']}/activate/")
    assert newest() == [("operator", "used from now on, instead of version 1 (over REST)")]


def test_a_change_that_fails_leaves_no_word_of_it(staff: APIClient) -> None:
    row = DatabaseConfigFactory.create(is_active=True)
    staff.patch(f"/api/config/database/{row.pk}/", {"host": "other"}, format="json")
    assert not LogEntry.objects.exists()


def test_a_command_has_a_name_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DB_HOST", "127.0.0.1")
    DatabaseConfigFactory.create(is_active=True, host="a.example", password="old")
    settings.SOURCE_DB = {**settings.SOURCE_DB, "host": "127.0.0.1", "port": 1}
    with pytest.raises(CommandError, match="stored, but it cannot be read: source reachable: "):
        call_command("use_source")
    ((who, what),) = newest()
    assert who == "manage.py"
    assert "host: a.example → 127.0.0.1" in what
    assert "use_source" in what
    assert not User.objects.get(username="manage.py").is_active
    assert DatabaseConfig.active().host == "127.0.0.1"


def test_nobody_edits_it_and_who_changed_something_stays(admin_client: Client) -> None:
    author = User.objects.create_user("author", is_staff=True)
    author.user_permissions.set(Permission.objects.filter(content_type__app_label="config"))
    other = Client()
    other.force_login(author)
    data = {"industry": "Banking", "baseline_score": "0.5", "description": ""}
    other.post(f"{BASELINES}add/", data)
    entry = LogEntry.objects.get()
    assert admin_client.get(f"{CHANGES}{entry.pk}/change/").status_code == 200
    for path in (f"{CHANGES}add/", f"{CHANGES}{entry.pk}/delete/"):
        assert admin_client.post(path, {"post": "yes"}).status_code == 403
    admin_client.post(f"/admin/auth/user/{author.pk}/delete/", {"post": "yes"})
    assert User.objects.filter(pk=author.pk).exists()
    assert other.get(CHANGES).status_code == 403


def test_changes_are_found_by_who_and_what(admin_client: Client) -> None:
    for industry in ("Banking", "Energy"):
        row = IndustryBaseline(industry=industry, baseline_score=0.5)
        admin_client.post(
            f"{BASELINES}add/",
            {"industry": row.industry, "baseline_score": "0.5", "description": ""},
        )
    page = admin_client.get(f"{CHANGES}?q=Energy&action_flag__exact=1").content.decode()
    assert "industry: Energy" in page
    assert "industry: Banking" not in page
