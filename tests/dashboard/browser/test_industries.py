"""Industries side by side."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.browser.conftest import Look, ask, settle

pytestmark = pytest.mark.xdist_group("browser")

NOW = """{ industries { industry customers standingSentimentScore standingLow standingHigh
           change { difference significant } } scoringLevels { attentionBelow } }"""


def industries(page: Page) -> Locator:
    return page.get_by_role("region", name=re.compile(r"^Industries"))


def urgency(row: dict[str, object], below: float) -> tuple[int, float]:
    score, high, change = row["standingSentimentScore"], row["standingHigh"], row["change"]
    if not isinstance(score, float) or not isinstance(high, float):
        return 3, 2.0
    falls = isinstance(change, dict) and change["significant"] and change["difference"] < 0
    return (0 if high < below or falls else 1 if score < below else 2), score


def test_what_needs_attention_comes_first(look: Look) -> None:
    """Each with score, interval, customers, change and a small line."""
    page = look("/")
    answer = ask(page, NOW)
    below = answer["scoringLevels"]["attentionBelow"]
    rows = sorted(answer["industries"], key=lambda row: urgency(row, below))
    assert rows[0]["industry"] == "No Baseline Here"
    shown = industries(page).locator("tbody tr")
    expect(shown).to_have_count(len(rows))
    for i, row in enumerate(rows):
        line = shown.nth(i)
        expect(line.get_by_role("link")).to_have_text(row["industry"])
        expect(line.locator("td").first).to_have_text(str(row["customers"]))
        if row["standingSentimentScore"] is not None:
            expect(line).to_contain_text(f"{row['standingSentimentScore']:.2f}")
            expect(line).to_contain_text(
                f"{row['standingLow']:.2f}–{row['standingHigh']:.2f}".replace("-", "−")
            )
        if row["change"]:
            expect(line.locator(".delta")).to_contain_text(
                f"{abs(row['change']['difference']):.2f}"
            )
        expect(line.locator(".sparkline")).to_have_count(1)


def test_a_click_filters_the_whole_page(look: Look) -> None:
    """Score, trend and customers; another click, or the chip, shows all again."""
    page = look("/")
    industries(page).get_by_role("link", name="Legal").click()
    settle(page)
    expect(page.get_by_role("region", name="Standing score: Legal")).to_be_visible()
    expect(page.get_by_role("region", name="Trend: Legal")).to_be_visible()
    number = ask(page, '{ customers(active: true, industry: "Legal") { totalCount } }')
    total = number["customers"]["totalCount"]
    expect(page.get_by_role("heading", name=f"{total} customers")).to_be_visible()
    expect(page.locator(".customers")).to_contain_text(f"{total} found")
    assert page.url.endswith("?industry=Legal")
    page.get_by_role("button", name="Legal: show all industries").click()
    settle(page)
    expect(page.get_by_role("region", name="Trend: all industries")).to_be_visible()
