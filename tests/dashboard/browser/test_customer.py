"""One customer: its history, and why its score is what it is."""

import re
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.browser.conftest import Look, ask, settle

pytestmark = pytest.mark.xdist_group("browser")

ONE = """query Q($id: ID!) { customer(id: $id) { companyName currentScore {
  jobId sentimentScore scoreLow scoreHigh evidence baselineScore } } }"""
WHY = """query Q($score: ID!) { scoreExplanation(id: $score) {
  summary base windows { fnCount fpCount ratio weight } } }"""


def panel(page: Page) -> Locator:
    return page.get_by_role("complementary")


def test_a_click_opens_it_and_escape_closes_it(look: Look) -> None:
    """The focus goes in, and comes back to where it was."""
    page = look("/")
    link = page.locator(".customers tbody th a").nth(3)
    name = link.inner_text()
    link.click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text(name)
    expect(panel(page).get_by_role("heading", level=2)).to_be_focused()
    settle(page)
    expect(panel(page).locator("canvas")).to_be_visible()
    assert "customer=" in page.url
    page.keyboard.press("Escape")
    expect(panel(page)).to_have_count(0)
    expect(link).to_be_focused()
    assert "customer=" not in page.url


def test_score_interval_evidence_and_baseline(look: Look) -> None:
    """As the API has them."""
    page = look("/?customer=1&range=30d")
    score = ask(page, ONE, id="1")["customer"]["currentScore"]
    now = panel(page).get_by_role("region", name="Score now")
    expect(now.locator(".big")).to_have_text(f"{score['sentimentScore']:.2f}")
    expect(now).to_contain_text(f"{score['scoreLow']:.2f}–{score['scoreHigh']:.2f}")
    expect(now).to_contain_text(f"{score['baselineScore']:.2f}")
    expect(now).to_contain_text("FP and FN in it")
    expect(panel(page).get_by_role("region", name="History").locator("canvas")).to_be_visible()


def test_a_single_score_is_drawn_over_its_own_hours(look: Look) -> None:
    """To drag over the whole plot is to choose the hours around it, not years."""
    page = look("/?customer=9003")
    over = panel(page).locator(".u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("[?&]from="))
    settle(page)
    query = parse_qs(urlsplit(page.url).query)
    start, end = (datetime.fromisoformat(query[name][0]) for name in ("from", "to"))
    assert end - start <= timedelta(hours=4)


def test_why_in_words_and_in_a_table(look: Look) -> None:
    """Windows and weights, and arithmetic that gives the score."""
    page = look("/?customer=1&range=30d")
    score = ask(page, ONE, id="1")["customer"]["currentScore"]
    explanation = ask(page, WHY, score=score["jobId"])["scoreExplanation"]
    why = panel(page).get_by_role("region", name="Why this score")
    told = re.split(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d)Z", explanation["summary"])
    for words in told[::3]:
        expect(why.locator(".summary")).to_contain_text(words.strip())
    # Its times are in the reader's zone, as all others on the page.
    times = why.locator(".summary time").all()
    assert [time.get_attribute("datetime") for time in times] == [
        f"{day}T{hour}:00.000Z" for day, hour in zip(told[1::3], told[2::3], strict=True)
    ]
    expect(times[0]).to_have_text(why.locator(".which time").inner_text())
    rows = why.get_by_role("table", name=re.compile("hours with reports")).locator("tbody tr")
    expect(rows).to_have_count(len(explanation["windows"]))
    shown = [row.locator("td").all_inner_texts() for row in rows.all()]
    weights = [float(cells[4]) for cells in shown]
    ratios = [int(cells[2]) / (int(cells[1]) + int(cells[2])) for cells in shown]
    base = sum(w * r for w, r in zip(weights, ratios, strict=True)) / sum(weights)
    assert base == pytest.approx(explanation["base"], abs=0.01)
    expect(why.locator(".result")).to_contain_text(f"{score['sentimentScore']:.2f}")


def test_an_older_score_can_be_explained(look: Look) -> None:
    """By a click; the address names it; one more click leads back to the newest."""
    page = look("/?customer=1&range=30d")
    scores = panel(page).get_by_role("region", name="Newest scores of the range")
    expect(scores.get_by_role("row")).to_have_count(9)
    scores.get_by_role("link", name="Why?").nth(3).click()
    why = panel(page).get_by_role("region", name="Why this score")
    expect(why.get_by_role("link", name="explain the newest")).to_be_visible()
    assert "score=" in page.url
    why.get_by_role("link", name="explain the newest").click()
    expect(why.get_by_role("link", name="explain the newest")).to_have_count(0)


def test_who_never_reported_has_no_score(look: Look) -> None:
    """A dash and a reason."""
    page = look("/?customer=9001")
    now = panel(page).get_by_role("region", name="Score now")
    expect(now.locator(".big")).to_have_text("–")
    expect(now).to_contain_text("No report of this customer is known here, so there is no score")
    expect(panel(page)).to_contain_text("No reports in this range")


def test_names_that_try_something_are_text(look: Look) -> None:
    """Markup is shown, not obeyed."""
    page = look("/?customer=9003")
    heading = panel(page).get_by_role("heading", level=2)
    expect(heading).to_have_text("=2+5 <b>Bold</b> & Söhne, AG")
    expect(heading.locator("b")).to_have_count(0)


def test_an_unknown_customer_is_said_with_a_way_out(look: Look) -> None:
    """The address may be mistyped."""
    page = look("/?customer=424242")
    expect(panel(page)).to_contain_text("There is no customer 424242")
    panel(page).get_by_role("button", name="Show all customers").click()
    expect(panel(page)).to_have_count(0)
    assert page.url.endswith("/")
