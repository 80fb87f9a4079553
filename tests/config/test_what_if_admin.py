"""“What would it do?” on the operator's pages."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from config.models import IndustryBaseline, ScoringProfile
from jobs.what_if import reading
from tests.config.test_what_if_rest import score, two_industries
from tests.factories import IndustryBaselineFactory, ScoringProfileFactory

pytestmark = pytest.mark.django_db

PROFILES = "/admin/config/scoringprofile/"
BASELINES = "/admin/config/industrybaseline/"
ASK = {"_what_if": "What would it do?"}
BANKING = {"industry": "banking", "baseline_score": "1", "description": "why"}
__all__ = ["two_industries"]


def rules(**changes: Any) -> dict[str, Any]:
    """A profile as the form sends it: the defaults, with changes."""
    profile = ScoringProfile(**changes)
    names = [field.name for field in ScoringProfile._meta.fields if field.editable]
    values = {name: getattr(profile, name) for name in names}
    return {name: value for name, value in values.items() if name != "id" and value is not False}


def page(client: Client, address: str, data: dict[str, Any]) -> str:
    """The page, as text without much blank; nothing is written by asking for it."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, data)
    assert answer.status_code == 200
    written = [
        query["sql"]
        for query in queries
        if query["sql"].split()[0] not in ("SELECT", "WITH", "SAVEPOINT", "RELEASE", "BEGIN")
    ]
    assert written == []
    return re.sub(r"\s+", " ", answer.content.decode())


def hidden(text: str) -> dict[str, str]:
    """What the page would send again, without the token."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_profile_is_tried_seen_and_saved(admin_client: Client, two_industries: None) -> None:
    address = f"{PROFILES}add/"
    assert 'name="_what_if"' in admin_client.get(address).content.decode()
    typed = rules(note="stricter", min_evidence=50, attention_below=0.5)
    seen = page(admin_client, address, typed | ASK)
    assert "None of the 3 customers with a score in the last 7 days would have another" in seen
    assert "3 would newly have too little evidence, none no longer." in seen
    assert "Below 0.5" in seen
    assert 'scored<span class="visually-hidden"> before,</span> → insufficient evidence' in seen
    assert "Company" in seen
    other = page(admin_client, address, hidden(seen) | {"_what_if": "14"})
    assert "in the last 14 days" in other
    assert ScoringProfile.objects.count() == 1
    assert admin_client.post(address, hidden(other) | {"_save": "1"}).status_code == 302
    made = ScoringProfile.objects.get(version=2)
    assert (made.note, made.min_evidence, made.is_active) == ("stricter", 50, False)


def test_what_was_typed_is_there_again(admin_client: Client, two_industries: None) -> None:
    address = f"{PROFILES}add/"
    typed = rules(note="to be seen again", industry_normalized=False)
    seen = page(admin_client, address, typed | ASK)
    again = page(admin_client, address, hidden(seen) | {"_back_to_form": "1"})
    assert 'value="to be seen again"' in again
    box = re.search(r'<input type="checkbox" name="industry_normalized"[^>]*>', again)
    assert box is not None
    assert "checked" not in box[0]
    assert "Please correct" not in again
    assert ScoringProfile.objects.count() == 1


@pytest.mark.parametrize("button", [ASK, {"_back_to_form": "1"}])
def test_what_does_not_fit_is_shown_with_its_errors(
    admin_client: Client, button: dict[str, str]
) -> None:
    again = page(admin_client, f"{PROFILES}add/", rules(decay_factor=1.5) | button)
    assert "Please correct the error below." in again
    assert "not above 1" in again
    assert 'value="1.5"' in again
    assert ScoringProfile.objects.count() == 1


def test_a_new_baseline_is_tried(admin_client: Client, two_industries: None) -> None:
    seen = page(admin_client, f"{BASELINES}add/", BANKING | ASK)
    assert "2 of the 3 customers" in seen
    assert 'none<span class="visually-hidden"> before,</span> → 1.000' in seen
    assert hidden(seen) == BANKING
    assert not IndustryBaseline.objects.exists()


def test_a_renamed_baseline_leaves_its_industry_without_one(
    admin_client: Client, two_industries: None
) -> None:
    row = IndustryBaselineFactory.create(industry="Banking", baseline_score=0.8)
    address = f"{BASELINES}{row.pk}/change/"
    assert 'name="_what_if"' in admin_client.get(address).content.decode()
    typed = {"industry": "Retail", "baseline_score": "0.8", "description": ""}
    seen = page(admin_client, address, typed | ASK)
    assert '0.800<span class="visually-hidden"> before,</span> → none' in seen
    assert 'none<span class="visually-hidden"> before,</span> → 0.800' in seen
    row.refresh_from_db()
    assert row.industry == "Banking"


def list_form(*rows: IndustryBaseline, **scores: str) -> dict[str, Any]:
    """The list of baselines as its form sends it."""
    number = len(rows)
    data: dict[str, Any] = {"form-TOTAL_FORMS": number, "form-INITIAL_FORMS": number}
    for place, row in enumerate(rows):
        data[f"form-{place}-id"] = row.pk
        data[f"form-{place}-baseline_score"] = scores.get(row.industry, str(row.baseline_score))
    return data


def test_changes_of_the_list_are_tried(admin_client: Client, two_industries: None) -> None:
    banking = IndustryBaselineFactory.create(industry="Banking", baseline_score=0.6)
    retail = IndustryBaselineFactory.create(industry="Retail", baseline_score=0.7)
    assert 'name="_what_if"' in admin_client.get(BASELINES).content.decode()
    seen = page(admin_client, BASELINES, list_form(banking, retail, Retail="0.9") | ASK)
    assert '0.700<span class="visually-hidden"> before,</span> → 0.900' in seen
    assert '0.600<span class="visually-hidden"> before,</span>' not in seen
    again = page(admin_client, BASELINES, hidden(seen) | {"_back_to_form": "1"})
    assert re.search(r'name="form-1-baseline_score" value="0.9"', again)
    bad = page(admin_client, BASELINES, list_form(banking, retail, Retail="1.9") | ASK)
    assert "not above 1" in bad
    retail.refresh_from_db()
    assert retail.baseline_score == 0.7
    assert admin_client.post(BASELINES, hidden(seen) | {"_save": "1"}).status_code == 302
    retail.refresh_from_db()
    assert retail.baseline_score == 0.9


def test_a_file_is_tried_before_it_is_written(admin_client: Client, two_industries: None) -> None:
    address = f"{BASELINES}import/"
    file = SimpleUploadedFile("b.csv", b"industry,baseline_score\nBanking,1\nNew,0.5\n")
    chosen = admin_client.post(address, {"file": file}).content.decode()
    assert 'name="_what_if"' in chosen
    seen = page(admin_client, address, hidden(chosen) | ASK)
    assert "2 of the 3 customers" in seen
    assert list(hidden(seen)) == ["text"]
    kept = {"text": hidden(chosen)["text"]}
    assert "Write 2 baselines" in page(admin_client, address, kept | {"_back_to_form": "1"})
    other = page(admin_client, address, kept | {"_what_if": "14"})
    assert "in the last 14 days" in other
    button = re.search(r'name="confirmed" value="(\w+)">Write 2 baselines<', other)
    assert button is not None
    assert admin_client.post(address, kept | {"confirmed": button[1]}).status_code == 302
    assert set(IndustryBaseline.objects.values_list("industry", "baseline_score")) == {
        ("Banking", 1.0),
        ("New", 0.5),
    }


def test_a_broken_file_is_not_tried(admin_client: Client, two_industries: None) -> None:
    address = f"{BASELINES}import/"
    broken = {"text": "industry,baseline_score\nBanking,7\n"}
    assert "Nothing is written while a line is invalid" in page(admin_client, address, broken | ASK)
    assert admin_client.post(address, {"text": "nonsense"} | ASK).status_code == 302


def test_suggestions_are_tried_before_they_are_taken(
    admin_client: Client, two_industries: None
) -> None:
    IndustryBaselineFactory.create(industry="Banking", baseline_score=0.4)
    address = f"{BASELINES}suggestions/?days=7"
    assert 'name="_what_if"' in admin_client.get(address).content.decode()
    chosen = {"chosen": "1.0|Banking"}
    seen = page(admin_client, address, chosen | ASK)
    assert '0.400<span class="visually-hidden"> before,</span> → 1.000' in seen
    assert hidden(seen) == chosen
    assert ">Take it<" in seen
    (suggested,) = re.findall(
        r'name="chosen" value="([^"]+Retail)"', admin_client.get(address).content.decode()
    )
    again = page(admin_client, address, {"chosen": suggested, "_back_to_form": "1"})
    assert re.findall(r'value="([^"]+)" checked', again) == [suggested]
    for wrong, said in (("7|Banking", "not above 1"), ("x|Banking", "is no number")):
        answer = admin_client.post(address, {"chosen": wrong} | ASK, follow=True)
        assert said in answer.content.decode()
    nothing = admin_client.post(address, ASK, follow=True)
    assert "Choose at least one industry" in nothing.content.decode()
    assert IndustryBaseline.objects.get().baseline_score == 0.4
    assert admin_client.post(address, hidden(seen) | {"taken": "1"}).status_code == 302
    assert IndustryBaseline.objects.get().baseline_score == 1.0


def test_a_stored_version_is_tried_before_it_is_used(
    admin_client: Client, two_industries: None
) -> None:
    version = ScoringProfileFactory.create(min_evidence=50)
    chosen = {"action": "what_would_it_do", "_selected_action": str(version.pk)}
    own = admin_client.get(f"{PROFILES}{version.pk}/change/").content.decode()
    assert chosen.items() <= hidden(own).items()
    seen = page(admin_client, PROFILES, chosen)
    assert "3 would newly have too little evidence" in seen
    assert hidden(seen) == {"_selected_action": str(version.pk), "action": "what_would_it_do"}
    other = page(admin_client, PROFILES, hidden(seen) | {"_what_if": "1"})
    assert "in the last 1 day" not in other
    assert "in the last day" in other
    use = {"_selected_action": str(version.pk), "action": "make_active"}
    assert 'name="action" value="make_active"' in other
    assert admin_client.post(PROFILES, use).status_code == 302
    assert ScoringProfile.active() == version
    assert 'value="make_active">Use' not in page(admin_client, PROFILES, chosen)


def test_whoever_may_not_save_is_not_answered(client: Client, two_industries: None) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    row = IndustryBaselineFactory.create(industry="Banking", baseline_score=0.6)
    for name in ("view_industrybaseline", "view_scoringprofile"):
        viewer.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(viewer)
    typed = {"industry": "Banking", "baseline_score": "1"}
    assert client.post(f"{PROFILES}add/", rules() | ASK).status_code == 403
    assert client.post(f"{BASELINES}add/", typed | ASK).status_code == 403
    assert client.post(f"{BASELINES}{row.pk}/change/", typed | ASK).status_code == 403
    listed = client.post(BASELINES, list_form(row, Banking="0.9") | ASK).content.decode()
    assert "What would it do?" not in listed
    assert client.post(f"{BASELINES}import/", {"text": "x"} | ASK).status_code == 403
    tried = client.post(f"{BASELINES}suggestions/", {"chosen": "1.0|Banking"} | ASK, follow=True)
    assert "You may not set the baseline of Banking" in tried.content.decode()
    assert 'name="_what_if"' not in client.get(f"{BASELINES}{row.pk}/change/").content.decode()


def test_more_than_can_be_computed(
    admin_client: Client, two_industries: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_SCORES", -1)
    seen = page(admin_client, f"{PROFILES}add/", rules() | ASK)
    assert "ask for fewer days." in seen
    assert "Back to what you typed" in seen
    assert 'name="_save"' not in seen


@pytest.mark.usefixtures("counted")
def test_it_counts_among_the_requests_of_staff(
    admin_client: Client, two_industries: None, settings: Settings
) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"staff": "1/day"}
    address = f"{PROFILES}add/"
    assert "2 of the 3" in page(admin_client, f"{BASELINES}add/", BANKING | ASK)
    seen = page(admin_client, address, rules() | ASK)
    assert "Too many requests: wait" in seen
    assert "By industry" not in seen


def test_queries_do_not_grow(admin_client: Client, two_industries: None) -> None:
    def ask() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin_client.post(f"{PROFILES}add/", rules(min_evidence=50) | ASK)
        return len(queries)

    few = ask()
    for number in range(15):
        score(1, industry=f"Industry {number}")
    assert ask() == few
