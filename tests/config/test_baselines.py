"""Baselines as CSV and from their own history, as operators meet them."""

import csv
import html
import io
import re
import statistics
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from config import baseline_csv
from config.models import IndustryBaseline
from sentiment_api.baseline_suggestions import suggest
from tests.factories import (
    CustomerFactory,
    IndustryBaselineFactory,
    SentimentScoreFactory,
    WindowFactory,
    hour,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/config/industrybaseline/"
IMPORT = f"{LIST}import/"
SUGGESTIONS = f"{LIST}suggestions/"
HEAD = "industry,baseline_score,description\n"


def shown(client: Client, text: str | bytes) -> str:
    """The page after a file was chosen."""
    data = text.encode() if isinstance(text, str) else text
    answer = client.post(IMPORT, {"file": SimpleUploadedFile("b.csv", data)})
    return html.unescape(answer.content.decode())


def confirm(client: Client, page: str) -> Any:
    """Click the button of the preview."""
    fields = dict(re.findall(r'type="hidden" name="(text|confirmed)" value="([^"]*)"', page))
    # Browsers send the lines of a field with these ends.
    fields["text"] = fields["text"].replace("\n", "\r\n")
    return client.post(IMPORT, fields, follow=True)


def outcomes(page: str) -> list[tuple[str, str, str]]:
    """Line, outcome and words of a preview."""
    found = re.findall(
        r'<td class="number">(\d+)</td><td class="outcome (\w+)">.*?<td>([^<]*)</td></tr>',
        page,
        re.S,
    )
    return [(number, outcome, text) for number, outcome, text in found]


def test_a_file_is_looked_at_and_then_written(admin_client: Client) -> None:
    IndustryBaselineFactory.create(industry="Banking", baseline_score=0.6)
    IndustryBaselineFactory.create(industry="Energy", baseline_score=0.5)
    IndustryBaselineFactory.create(industry="Retail", baseline_score=0.4)
    CustomerFactory.create(industry="ÄRZTE", inactive_since=hour(0))
    page = shown(admin_client, f"{HEAD}BANKING,0.55,Measured\n\nenergy,0.5,\nÄrzte,0.7,New\n")
    assert outcomes(page) == [
        ("2", "changed", "0.6 → 0.55, another description"),
        ("4", "unchanged", ""),
        ("5", "new", ""),
    ]
    assert IndustryBaseline.objects.get(industry="Banking").baseline_score == 0.6
    done = confirm(admin_client, page).content.decode()
    assert "2 baselines written" in done
    rows = IndustryBaseline.objects.values_list("industry", "baseline_score", "description")
    assert sorted(rows) == [
        ("Banking", 0.55, "Measured"),
        ("Energy", 0.5, ""),
        ("Retail", 0.4, ""),
        ("Ärzte", 0.7, "New"),
    ]
    said = set(LogEntry.objects.values_list("change_message", flat=True))
    assert said == {
        "baseline score: 0.6 → 0.55; description: nothing → Measured (CSV import)",
        "industry: Ärzte; baseline score: 0.7; description: New (CSV import)",
    }


def test_a_new_industry_that_nobody_is_in_is_pointed_out(admin_client: Client) -> None:
    """It is saved all the same: customers may come later."""
    CustomerFactory.create(industry="Banking")
    add = f"{LIST}add/"
    said = {}
    for industry in ("banking", "Bankng"):
        fields = {"industry": industry, "baseline_score": "0.5", "description": ""}
        said[industry] = admin_client.post(add, fields, follow=True).content.decode()
    assert IndustryBaseline.objects.count() == 2
    assert "No customer is in the industry “Bankng” yet" in said["Bankng"]
    assert "No customer is in" not in said["banking"]


def test_one_bad_line_stops_all_of_it(admin_client: Client) -> None:
    lines = ["A,0.5,", "a ,0.6,", "B,0,", "C,1.5,", "D,much,", ",0.5,", "E,0.5", f"{'x' * 101},1,"]
    page = shown(admin_client, HEAD + "\n".join([*lines, "F,1,"]))
    assert [(number, text) for number, outcome, text in outcomes(page) if outcome == "invalid"] == [
        ("3", "The same industry as in line 2."),
        ("4", "A baseline lies above 0 and not above 1; 0.0 does not."),
        ("5", "A baseline lies above 0 and not above 1; 1.5 does not."),
        ("6", "much is no number such as 0.55."),
        ("7", "The industry is empty."),
        ("8", "Another number of values than the first line has names."),
        ("9", "The industry is longer than 100 characters."),
    ]
    assert 'name="confirmed"' not in page
    text = HEAD + "B,0,"
    forced = {"text": text, "confirmed": baseline_csv.preview(text).digest}
    assert "Nothing was written" in admin_client.post(IMPORT, forced).content.decode()
    assert not IndustryBaseline.objects.exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "empty"),
        ("industry,score\nA,0.5\n", "It needs industry and baseline_score"),
        ("industry,baseline_score,colour\nA,0.5,red\n", "no others"),
        (f'{HEAD}"A,0.5,\n', "Line 2: unexpected end of data"),
        ('"industry,baseline_score\nA,0.5\n', "Line 1: unexpected end of data"),
        ('"industry,baseline_score"\n"A,0.5"\n', "It needs industry and baseline_score"),
        ("industry,baseline_score\nÄ,0.5\n".encode("latin-1"), "not UTF-8 (byte 25"),
        ("industry,baseline_score\nA,0.5\n".encode("utf-16"), "not UTF-8 (byte 1"),
        (b"PK\x03\x04 and more", "save it as “CSV UTF-8” first"),
        (f"{HEAD}A\0,0.5,\n", "NUL"),
        (HEAD + "A,0.5,\n" * 50_000, "larger than 256 KiB"),
        (HEAD + "".join(f"{n},1,\n" for n in range(5001)), "more than 5,000 lines"),
    ],
)
def test_a_bad_file_is_named(admin_client: Client, text: str | bytes, said: str) -> None:
    page = shown(admin_client, text)
    assert said in page
    assert "Traceback" not in page


def test_files_as_spreadsheets_write_them(admin_client: Client) -> None:
    page = shown(admin_client, "\ufeffBaseline Score;Industry\r\n0,55;Banking\r\n".encode())
    assert outcomes(page) == [("2", "new", "no customer is in this industry yet")]
    confirm(admin_client, page)
    assert IndustryBaseline.objects.get().baseline_score == 0.55


def test_a_file_without_descriptions_leaves_them(admin_client: Client) -> None:
    IndustryBaselineFactory.create(industry="A", baseline_score=0.5, description="Kept\r\nwhole")
    confirm(admin_client, shown(admin_client, "industry,baseline_score\nA,0.7\n"))
    row = IndustryBaseline.objects.get()
    assert (row.baseline_score, row.description) == (0.7, "Kept\r\nwhole")


def test_what_changed_since_the_preview_is_shown_again(admin_client: Client) -> None:
    row = IndustryBaselineFactory.create(industry="A", baseline_score=0.5)
    page = shown(admin_client, f"{HEAD}A,0.7,\nB,0.5,\n")
    IndustryBaseline.objects.filter(pk=row.pk).update(baseline_score=0.6)
    again = confirm(admin_client, page).content.decode()
    assert "baselines have changed meanwhile" in again
    assert ("2", "changed", "0.6 → 0.7") in outcomes(html.unescape(again))
    assert IndustryBaseline.objects.count() == 1


def test_an_export_holds_no_formula_and_comes_back_unchanged(admin_client: Client) -> None:
    IndustryBaselineFactory.create(industry="=1+1", baseline_score=1 / 3, description='+x\ny; "z"')
    IndustryBaselineFactory.create(industry="Söhne, AG", description="'=quoted")
    answer = admin_client.get(f"{LIST}export/")
    assert answer["Content-Disposition"] == 'attachment; filename="industry-baselines.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["industry", "baseline_score", "description"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
    page = shown(admin_client, answer.content)
    assert [outcome for _, outcome, _ in outcomes(page)] == ["unchanged", "unchanged"]


NAMES = st.text("aÄ=+-@'\";, ", max_size=8).map(str.strip)


class RoundTrips(TestCase):
    """Whatever is stored comes back as it was."""

    @settings(deadline=None, max_examples=50)
    @given(st.dictionaries(NAMES, st.floats(0, 1, exclude_min=True), max_size=3))
    def test_export_and_import(self, scores: dict[str, float]) -> None:
        IndustryBaseline.objects.all().delete()
        for industry, score in scores.items():
            row = IndustryBaseline(industry=industry, baseline_score=score, description=industry)
            try:
                row.full_clean()
            except ValidationError:  # no name, or the same industry in another spelling
                continue
            row.save()
        plan = baseline_csv.preview(baseline_csv.decode(baseline_csv.export().encode()))
        assert {line.outcome for line in plan.lines} <= {baseline_csv.Outcome.UNCHANGED}
        assert len(plan.lines) == IndustryBaseline.objects.count()


def scores(industry: str, *raw: float, customers: int = 1, **values: Any) -> None:
    """Scores of customers of an industry, by turns."""
    known = [CustomerFactory.create(industry=industry) for _ in range(customers)]
    for number, score in enumerate(raw):
        SentimentScoreFactory.create(
            customer=known[number % customers],
            window_start=hour(number),
            raw_score=score,
            **values,
        )


def test_suggestions_are_medians_of_scored_rows() -> None:
    for number in range(40):
        WindowFactory.create(window_start=hour(number))
    many = [number / 40 for number in range(1, 36)]
    scores("Banking", *many, customers=3)
    scores("Energy", 0.2, 0.4, 0.9, 0.6)
    scores("Energy", 0.99, state="insufficient_evidence")
    scores("Energy", 0.98, superseded_at=hour(3))
    CustomerFactory.create(industry="Silent")
    IndustryBaselineFactory.create(industry="ENERGY", baseline_score=0.5)
    IndustryBaselineFactory.create(industry="Nobody", baseline_score=0.5)
    found = {one.industry: one for one in suggest(30)}
    assert list(found) == ["Banking", "ENERGY", "Nobody", "Silent"]
    banking, energy = found["Banking"], found["ENERGY"]
    assert (banking.value, banking.scores, banking.scored_customers) == (
        statistics.median(many),
        35,
        3,
    )
    assert (banking.baseline, banking.rests_on_little) == (None, False)
    assert (energy.value, energy.scores, energy.baseline) == (0.5, 4, 0.5)
    assert (energy.customers, energy.rests_on_little, energy.taken) == (3, True, True)
    assert (found["Silent"].value, found["Silent"].customers) == (None, 1)


def test_suggestions_look_back_from_the_newest_window() -> None:
    WindowFactory.create(window_start=hour(24 * 10))
    scores("Banking", 0.2)
    assert [one.scores for one in suggest(7)] == [0]
    assert [one.scores for one in suggest(30)] == [1]


def test_suggestions_cost_the_same_for_any_number_of_industries() -> None:
    WindowFactory.create()
    with CaptureQueriesContext(connection) as few:
        suggest(30)
    for number in range(12):
        scores(f"Industry {number}", 0.2, 0.4)
    with CaptureQueriesContext(connection) as many:
        assert len(suggest(30)) == 12
    assert len(many) == len(few)


def test_suggestions_are_taken_one_by_one_or_together(admin_client: Client) -> None:
    WindowFactory.create(window_start=hour(3))
    scores("Banking", 0.2, 0.4)
    scores("Energy", 0.6)
    scores("Zero", 0.0)
    IndustryBaselineFactory.create(industry="Banking", baseline_score=0.6)
    page = admin_client.get(SUGGESTIONS).content.decode()
    assert "the median is 0, and a baseline lies above 0" in page
    (banking, energy) = re.findall(r'name="one" value="([^"]+)"', page)
    assert (banking, energy) == ("0.3|Banking", "0.6|Energy")
    done = admin_client.post(f"{SUGGESTIONS}?days=90", {"one": banking}, follow=True)
    assert "Taken for Banking: 0.3" in done.content.decode()
    admin_client.post(SUGGESTIONS, {"chosen": [banking, energy]})
    said = list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))
    assert said == [
        "baseline score: 0.6 → 0.3 (suggested by 90 days of history)",
        "industry: Energy; baseline score: 0.6 (suggested by 30 days of history)",
    ]
    bad = admin_client.post(SUGGESTIONS, {"chosen": ["0.7|Banking", "7|Energy"]}, follow=True)
    assert "Nothing was taken" in bad.content.decode()
    assert IndustryBaseline.objects.get(industry="Banking").baseline_score == 0.3


def test_who_only_looks_changes_nothing(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    client.force_login(viewer)
    for path in (SUGGESTIONS, f"{LIST}export/", IMPORT):
        assert client.get(path).status_code == 403
    viewer.user_permissions.add(Permission.objects.get(codename="view_industrybaseline"))
    client.force_login(User.objects.get(pk=viewer.pk))
    scores("Banking", 0.2)
    assert "Import CSV" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}export/").status_code == 200
    assert "Take" not in re.sub("Taking", "", client.get(SUGGESTIONS).content.decode())
    client.post(SUGGESTIONS, {"one": "0.2|Banking"})
    assert client.post(IMPORT, {"text": HEAD, "confirmed": "x"}).status_code == 403
    assert not IndustryBaseline.objects.exists()
