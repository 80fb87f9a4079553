"""The operator's pages of the configuration."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from tests.factories import DatabaseConfigFactory, WindowFactory
from tests.source import SourceDatabase

CONNECTIONS = "/admin/config/databaseconfig/"
PROFILES = "/admin/config/scoringprofile/"


def form_of(config: DatabaseConfig, **changes: object) -> dict[str, object]:
    names = (
        "name",
        "host",
        "port",
        "database_name",
        "username",
        "sslmode",
        "source_timezone",
        "connect_timeout",
        "statement_timeout",
    )
    return {name: getattr(config, name) for name in names} | {"password": ""} | changes


def messages_of(client: Client, action: str, url: str, *keys: object) -> str:
    """Run an admin action; what the page then says."""
    data = {"action": action, "_selected_action": [str(key) for key in keys]}
    return client.post(url, data, follow=True).content.decode()


def test_a_password_goes_in_and_never_comes_out(admin_client: Client) -> None:
    data = form_of(DatabaseConfigFactory.build(name="new"), password="S3cret!word")
    assert admin_client.post(f"{CONNECTIONS}add/", data).status_code == 302
    config = DatabaseConfig.objects.get(name="new")
    assert config.password.reveal() == "S3cret!word"
    page = admin_client.get(f"{CONNECTIONS}{config.pk}/change/").content.decode()
    assert "S3cret!word" not in page
    assert config.password.token not in page
    history = admin_client.get(f"{CONNECTIONS}{config.pk}/history/").content.decode()
    assert "S3cret!word" not in history


def test_an_empty_password_keeps_the_stored_one(admin_client: Client) -> None:
    config = DatabaseConfigFactory(password="kept")
    url = f"{CONNECTIONS}{config.pk}/change/"
    assert admin_client.post(url, form_of(config, database_name="other")).status_code == 302
    stored = DatabaseConfig.objects.get(pk=config.pk)
    assert (stored.database_name, stored.password.reveal()) == ("other", "kept")


def test_a_stored_password_does_not_go_elsewhere(admin_client: Client) -> None:
    config = DatabaseConfigFactory(password="kept", sslmode="require")
    url = f"{CONNECTIONS}{config.pk}/change/"
    for change in ({"host": "evil.example"}, {"username": "other"}, {"sslmode": "disable"}):
        refused = admin_client.post(url, form_of(config, **change))
        assert "give the password again" in refused.content.decode()
    config.refresh_from_db()
    assert config.host == "127.0.0.1"
    moved = form_of(config, host="db.example", password="new")
    assert admin_client.post(url, moved).status_code == 302


@pytest.mark.django_db
def test_trying_a_connection_takes_the_right_to_change_it(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_databaseconfig"))
    client.force_login(viewer)
    config = DatabaseConfigFactory()
    page = client.get(CONNECTIONS).content.decode()
    assert config.name in page
    assert "test_connection" not in page


def test_another_source_is_refused_while_windows_are_covered(admin_client: Client) -> None:
    config = DatabaseConfigFactory(is_active=True)
    other = DatabaseConfigFactory(host="other.example")
    WindowFactory()
    said = messages_of(admin_client, "make_active", CONNECTIONS, other.pk)
    assert "Use a fresh local database" in said
    url = f"{CONNECTIONS}{config.pk}/change/"
    refused = admin_client.post(url, form_of(config, host="other.example", password="known"))
    assert "Use a fresh local database" in refused.content.decode()
    config.refresh_from_db()
    assert config.host == "127.0.0.1"
    moved = form_of(config, host="other.example", same_data="on", password="known")
    assert admin_client.post(url, moved).status_code == 302
    config.refresh_from_db()
    assert (config.host, config.is_active) == ("other.example", True)


def test_activating_one_connection_deactivates_the_other(admin_client: Client) -> None:
    first, second = DatabaseConfigFactory(is_active=True), DatabaseConfigFactory(host="b.example")
    assert "Reading from b.example" in messages_of(
        admin_client, "make_active", CONNECTIONS, second.pk
    )
    assert DatabaseConfig.active() == second
    assert "exactly one" in messages_of(
        admin_client, "make_active", CONNECTIONS, first.pk, second.pk
    )


def test_the_active_connection_cannot_be_deleted(admin_client: Client) -> None:
    config = DatabaseConfigFactory(is_active=True)
    assert admin_client.post(f"{CONNECTIONS}{config.pk}/delete/").status_code == 403


def test_the_connection_is_tested_in_words(source: SourceDatabase, admin_client: Client) -> None:
    config = DatabaseConfig.active()
    said = messages_of(admin_client, "test_connection", CONNECTIONS, config.pk)
    assert "answers, with all tables and columns" in said
    assert "reported_at has an index (btree)" in said
    assert "there are no reports" in said
    assert "could write there" in said


def test_a_profile_is_never_edited_only_followed_by_a_new_version(admin_client: Client) -> None:
    first = ScoringProfile.active()
    page = admin_client.get(f"{PROFILES}{first.pk}/change/").content.decode()
    assert 'name="decay_factor"' not in page
    form = admin_client.get(f"{PROFILES}add/").content.decode()
    assert 'name="decay_factor" value="0.9"' in form
    data = {
        "note": "shorter memory",
        "base_method": "weighted_average",
        "decay_factor": "0.5",
        "history_windows": "5",
        "max_age_hours": "48",
        "trend_weight": "0.2",
        "min_evidence": "5",
        "attention_below": "0.4",
        "healthy_above": "0.7",
    }
    assert admin_client.post(f"{PROFILES}add/", data).status_code == 302
    second = ScoringProfile.objects.get(version=2)
    assert ScoringProfile.active() == first
    assert "use version 2" in messages_of(admin_client, "make_active", PROFILES, second.pk)
    assert ScoringProfile.active() == second
    bad = admin_client.post(f"{PROFILES}add/", data | {"decay_factor": "1.5"})
    assert "not above 1" in bad.content.decode()


def test_two_spellings_of_one_industry_are_refused(admin_client: Client) -> None:
    IndustryBaseline.objects.create(industry="Banking", baseline_score=0.5)
    data = {"industry": " BANKING ", "baseline_score": "0.6", "description": ""}
    page = admin_client.post("/admin/config/industrybaseline/add/", data).content.decode()
    assert "has a baseline already" in page
    page = admin_client.post(
        "/admin/config/industrybaseline/add/", data | {"industry": "Energy", "baseline_score": "0"}
    ).content.decode()
    assert "above 0 and not above 1" in page


@pytest.mark.django_db
def test_no_page_without_log_in(client: Client) -> None:
    assert client.get(CONNECTIONS).status_code == 302
    client.force_login(User.objects.create_user("someone"))
    assert client.get(CONNECTIONS).status_code == 302
