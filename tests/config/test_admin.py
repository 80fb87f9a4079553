"""The operator's pages of the configuration."""

import html
import re

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
    assert "use a fresh local database" in said
    assert DatabaseConfig.active() == config
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
    said = messages_of(admin_client, "make_active", CONNECTIONS, second.pk)
    assert "(b.example:1/email_security) now" in said
    assert f"{first.name} is no longer active" in said
    assert DatabaseConfig.active() == second
    assert "exactly one" in messages_of(
        admin_client, "make_active", CONNECTIONS, first.pk, second.pk
    )


def test_the_active_connection_cannot_be_deleted(admin_client: Client) -> None:
    config = DatabaseConfigFactory(is_active=True)
    for ask in (admin_client.get, admin_client.post):
        answer = ask(f"{CONNECTIONS}{config.pk}/delete/")
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "it cannot be deleted: make another one active first." in page
        assert '<a href="/admin/">To the first page</a>' in page
    assert DatabaseConfig.objects.exists()


@pytest.mark.django_db
def test_a_page_without_the_right_to_it_leads_back(client: Client) -> None:
    client.force_login(User.objects.create_user("viewer", is_staff=True))
    answer = client.get(CONNECTIONS)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Your account has no right to do this." in page
    assert '<a href="/admin/">Customer sentiment</a>' in page


def lines_of(client: Client, address: str, data: dict[str, object]) -> dict[str, tuple[str, str]]:
    """What a test of a connection says: by subject, how it is and the words."""
    page = client.post(address, data).content.decode()
    found = re.findall(
        r'<th scope="row">(.*?)</th>\s*<td class="sign (\w+)">\w+</td><td class="words">(.*?)</td>',
        page,
        re.S,
    )
    return {subject: (sign, html.unescape(text)) for subject, sign, text in found}


def test_the_connection_is_tested_in_words(source: SourceDatabase, admin_client: Client) -> None:
    config = DatabaseConfig.active()
    said = lines_of(
        admin_client, CONNECTIONS, {"action": "test_connection", "_selected_action": [config.pk]}
    )
    assert [sign for sign, _ in said.values()] == [*["good"] * 4, "doubtful", "good", "doubtful"]
    assert said["Reachable"] == ("good", f"{config.address} answers")
    assert "may sign in" in said["Credentials"][1]
    assert "could write there" in said["Rights"][1]
    assert "reported_at has an index (btree)" in said["Index on reported_at"][1]
    assert "there are no reports" in said["Newest report"][1]


@pytest.mark.parametrize(
    ("change", "bad", "unknown"),
    [
        ({"port": 1}, "Reachable", 5),
        ({"username": "nobody"}, "Credentials", 4),
        ({"database_name": "elsewhere"}, "Tables", 3),
    ],
)
def test_an_edit_is_tried_before_it_is_saved(
    source: SourceDatabase,
    admin_client: Client,
    change: dict[str, object],
    bad: str,
    unknown: int,
) -> None:
    config = DatabaseConfig.active()
    WindowFactory()
    data = form_of(config, **change, password=source.server.password)
    said = lines_of(admin_client, f"{CONNECTIONS}{config.pk}/try/", data)
    assert said[bad][0] == "bad"
    assert [sign for sign, _ in said.values()].count("unknown") == unknown
    config.refresh_from_db()
    assert getattr(config, *change) != next(iter(change.values()))


def test_a_try_does_not_take_the_stored_password_elsewhere(
    source: SourceDatabase, admin_client: Client
) -> None:
    config = DatabaseConfig.active()
    address = f"{CONNECTIONS}{config.pk}/try/"
    said = lines_of(admin_client, address, form_of(config))
    assert said["Credentials"][0] == "good"
    said = lines_of(admin_client, address, form_of(config, host="localhost"))
    assert said == {"Password": ("bad", said["Password"][1])}
    assert "give the password again" in said["Password"][1]


def test_a_new_connection_is_tried_before_it_is_added(
    source: SourceDatabase, admin_client: Client
) -> None:
    values = {**form_of(DatabaseConfig.active()), **source.connection_kwargs, "name": "new"}
    said = lines_of(admin_client, f"{CONNECTIONS}add/try/", values)
    assert said["Columns"] == ("good", "all 15 that are read are there")
    assert DatabaseConfig.objects.count() == 1


@pytest.mark.django_db
def test_who_only_looks_neither_tries_nor_activates(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_databaseconfig"))
    client.force_login(viewer)
    config = DatabaseConfigFactory()
    page = client.get(f"{CONNECTIONS}{config.pk}/change/").content.decode()
    assert "Test connection" not in page
    assert "Make this the active" not in page
    for path in (f"{config.pk}/try/", f"{config.pk}/activate/", "add/try/"):
        assert client.post(f"{CONNECTIONS}{path}", form_of(config)).status_code == 403
        assert client.get(f"{CONNECTIONS}{path}").status_code == 405


def test_another_place_of_the_same_data_is_confirmed(admin_client: Client) -> None:
    first = DatabaseConfigFactory(is_active=True)
    moved = DatabaseConfigFactory(host="moved.example")
    WindowFactory()
    address = f"{CONNECTIONS}{moved.pk}/activate/"
    asked = admin_client.post(address).content.decode()
    assert "Is it the same source?" in asked
    assert DatabaseConfig.active() == first
    assert admin_client.post(address, {"same_data": "1"}).status_code == 302
    assert DatabaseConfig.active() == moved


def test_a_profile_is_never_edited_only_followed_by_a_new_version(admin_client: Client) -> None:
    first = ScoringProfile.active()
    page = admin_client.get(f"{PROFILES}{first.pk}/change/").content.decode()
    assert 'name="decay_factor"' not in page
    admin_client.post(f"{PROFILES}{first.pk}/change/", {"decay_factor": "0.1"})
    assert ScoringProfile.active().decay_factor == 0.9
    form = admin_client.get(f"{PROFILES}add/").content.decode()
    assert 'name="decay_factor" value="0.9"' in form
    data = {
        "note": "shorter memory",
        "base_method": "weighted_average",
        "decay_factor": "0.5",
        "history_windows": "5",
        "max_age_hours": "48",
        "fn_weight": "0",
        "fp_weight": "1",
        "normalisation_method": "linear",
        "trend_weight": "0.2",
        "min_evidence": "5",
        "attention_below": "0.4",
        "healthy_above": "0.7",
    }
    assert admin_client.post(f"{PROFILES}add/", data).status_code == 302
    second = ScoringProfile.objects.get(version=2)
    assert ScoringProfile.active() == first
    assert "from now on use version 2" in messages_of(
        admin_client, "make_active", PROFILES, second.pk
    )
    assert ScoringProfile.active() == second
    shrunk = admin_client.post(
        f"{PROFILES}add/", data | {"industry_shrinkage": "on"}, follow=True
    ).content.decode()
    assert "draws no score towards its industry" in shrunk
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
