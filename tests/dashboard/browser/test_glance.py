"""At a glance: how things stand now."""

import json
import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import findings
from tests.dashboard.browser.conftest import Look, ask, settle

pytestmark = pytest.mark.xdist_group("browser")

HOURS = """{ overallSeries { windowStart standingSentimentScore standingLow standingHigh
             totalFnCount totalFpCount } }"""


def test_the_score_now_and_its_change(look: Look) -> None:
    """With intervals, against the same hour of yesterday and of last week."""
    page = look("/")
    series = ask(page, HOURS)["overallSeries"]
    score, low, high = (
        series[name] for name in ("standingSentimentScore", "standingLow", "standingHigh")
    )
    card = page.get_by_role("region", name="Standing score: All industries")
    expect(card.locator(".big")).to_have_text(f"{score[-1]:.2f}")
    expect(card).to_contain_text(f"90 % interval {low[-1]:.2f}–{high[-1]:.2f}")
    for words, hours in (("Since yesterday", 24), ("Since last week", 168)):
        part = card.locator("dl > div").filter(has_text=words)
        expect(part).to_contain_text(f"from {score[-1 - hours]:.2f}")
        expect(part).to_contain_text(f"({low[-1 - hours]:.2f}–{high[-1 - hours]:.2f})")
        expect(part).to_contain_text(f"{abs(score[-1] - score[-1 - hours]):.2f}")


def test_reports_of_a_day_against_those_of_the_day_before(look: Look) -> None:
    """FN and FP, each with its meaning."""
    page = look("/")
    series = ask(page, HOURS)["overallSeries"]
    card = page.get_by_role("region", name="Reports, last 24 h")
    for kind, name in (("FP", "totalFpCount"), ("FN", "totalFnCount")):
        part = card.locator("dl > div").filter(has_text=kind)
        expect(part.locator(".number-big")).to_have_text(f"{sum(series[name][-24:]):,}")
        expect(part).to_contain_text(f"{sum(series[name][-48:-24]):,} the day before")


def test_customers_by_what_is_known_of_them(look: Look) -> None:
    """A group is a filter of the list."""
    page = look("/")
    card = page.get_by_role("region", name=re.compile(r"^\d+ customers$"))
    total = ask(page, "{ customers(active: true) { totalCount } }")["customers"]["totalCount"]
    expect(card.get_by_role("heading")).to_have_text(f"{total} customers")
    sizes = [int(text.split()[0]) for text in card.get_by_role("link").all_inner_texts()]
    assert len(sizes) == 6
    assert sum(sizes) == total
    card.get_by_role("link", name="Stale").click()
    settle(page)
    rows = page.locator(".customers tbody tr")
    expect(rows).to_have_count(sizes[4])
    assert "state=stale" in page.url


def test_the_page_says_how_fresh_the_data_are(look: Look) -> None:
    """In the head, and nothing more as long as they are fresh."""
    page = look("/")
    expect(page.locator(".freshness")).to_contain_text("Data up to")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_while_a_run_is_under_way_the_last_scores_are_shown(look: Look) -> None:
    """An hour is covered some time before it has scores."""

    def covered(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        freshness = body["data"]["dataFreshness"]
        end = datetime.fromisoformat(freshness["newestCoveredWindow"]) + timedelta(hours=1)
        freshness["newestCoveredWindow"] = end.isoformat()
        route.fulfill(response=answer, body=json.dumps(body))

    page = look("/", prepare=lambda page: page.route(re.compile(r"dataFreshness"), covered))
    expect(page.locator(".standing .big")).to_have_text(re.compile(r"0\.\d\d"))
    expect(page.locator(".reports")).not_to_contain_text("have been read")


def test_data_that_are_too_old_are_said_plainly(look: Look) -> None:
    """As if the last run were five hours ago."""

    def later(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        at = body["data"]["dataFreshness"]["at"]
        day = f"{int(at[8:10]) % 27 + 1:02}"
        body["data"]["dataFreshness"]["at"] = f"2099{at[4:8]}{day}{at[10:]}"
        route.fulfill(response=answer, body=json.dumps(body))

    def prepare(page: Page) -> None:
        page.route(re.compile(r"dataFreshness"), later)

    page = look("/", prepare=prepare, settled=False)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The data are older than they should be")
    expect(alert).to_contain_text("it should be 90 minutes at most")
    expect(alert.get_by_role("link")).to_have_attribute("href", "/api/health/")
    settle(page)
    assert findings(page) == []
