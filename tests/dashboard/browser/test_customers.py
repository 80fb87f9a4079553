"""The list of customers: orders, filters, states, pages."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.dashboard.browser.conftest import Look, ask, settle
from tests.site import Site

pytestmark = pytest.mark.xdist_group("browser")

NAMES = """query Q($order: CustomerOrder, $first: Int, $state: CustomerState) {
  customers(active: true, orderBy: $order, first: $first, scoreState: $state) {
    totalCount edges { node { companyName } } } }"""

TYPING_IS_OVER = "new Promise(done => setTimeout(done, 300))"
"""A timer of the page that was set after the one of the search, for longer."""


def customers(page: Page) -> Locator:
    return page.get_by_role("region", name=re.compile(r"^Customers"))


def names(page: Page) -> list[str]:
    return customers(page).locator("tbody th a").all_inner_texts()


def row(page: Page, name: str) -> Locator:
    return customers(page).locator("tbody tr").filter(has_text=name)


def test_orders(look: Look) -> None:
    """Worst first at the beginning; falling first; most reports; by name: as the API orders."""
    page = look("/")
    orders = {
        "Worst first": "CURRENT_SENTIMENT",
        "Falling first": "GETTING_WORSE",
        "Most reports": "REPORTS_LAST_24_HOURS_DESC",
        "Name": "COMPANY_NAME",
    }
    for label, order in orders.items():
        if label != "Worst first":
            customers(page).get_by_role("link", name=label, exact=True).click()
            settle(page)
        found = ask(page, NAMES, order=order, first=25)["customers"]["edges"]
        assert names(page) == [edge["node"]["companyName"] for edge in found]


def test_search_finds_parts_of_names_and_places(look: Look) -> None:
    """While typing; the address follows, and one step back shows all again."""
    page = look("/")
    page.get_by_role("searchbox").press_sequentially("söhne", delay=30)
    expect(customers(page)).to_contain_text("1 found")
    assert names(page) == ["=2+5 <b>Bold</b> & Söhne, AG"]
    page.go_back()
    settle(page)
    expect(page.get_by_role("searchbox")).to_have_value("")
    assert len(names(page)) == 25


def test_search_undoes_nothing_that_came_after_the_typing(look: Look) -> None:
    """Neither a button that clears nor a step back; a filter counts with what was typed before."""
    page = look("/?state=scored")
    search = page.get_by_role("searchbox")
    search.press_sequentially("bank")
    customers(page).get_by_role("button", name="Clear filters").click()
    page.evaluate(TYPING_IS_OVER)
    assert page.url.endswith("/")
    expect(search).to_have_value("")
    search.press_sequentially("bank")
    page.get_by_label("State", exact=True).focus()
    page.get_by_label("State", exact=True).select_option("scored")
    page.wait_for_url("**/?search=bank&state=scored")
    search.press_sequentially("ing")
    page.evaluate("history.back()")
    page.wait_for_url("**/?search=bank")
    page.evaluate(TYPING_IS_OVER)
    assert page.url.endswith("/?search=bank")
    expect(search).to_have_value("bank")


def test_states_are_words_and_never_an_invented_score(look: Look) -> None:
    """Enough reports, too few, too old, none at all."""
    page = look("/?search=Never Reported")
    expect(row(page, "Never Reported")).to_contain_text("No data")
    expect(row(page, "Never Reported")).not_to_contain_text("0.5")
    for name, words in (
        ("Long Silent Ltd", "Stale"),
        ("Söhne", "Too few reports"),
        ("Fresh Trouble plc", "Needs attention"),
    ):
        page.get_by_role("searchbox").fill(name)
        expect(customers(page).locator("tbody tr")).to_have_count(1)
        visible = row(page, name).locator(".verdict").locator("visible=true")
        expect(visible).to_contain_text(words)
        expect(visible.locator("svg")).to_have_count(1)


def test_filters_by_state_and_score(look: Look) -> None:
    """Together with the order; cleared by one button."""
    page = look("/")
    page.get_by_label("State", exact=True).select_option("scored")
    page.get_by_label("Score from").fill("0.3")
    page.get_by_label("Score to").fill("0.4")
    page.get_by_label("Score to").press("Enter")
    page.get_by_label("Score to").blur()
    settle(page)
    assert page.url.endswith("?state=scored&min=0.3&max=0.4")
    scores = customers(page).locator("tbody .score-cell b").all_inner_texts()
    assert scores
    assert all(0.3 <= float(score) <= 0.4 for score in scores)
    customers(page).get_by_role("button", name="Clear filters").click()
    settle(page)
    assert len(names(page)) == 25


def test_scores_that_prove_nothing_are_left_out_of_the_worst(look: Look) -> None:
    """By a click where they are among them; what is left is as the API orders."""
    page = look("/")
    expect(customers(page)).to_contain_text(re.compile(r"\d+ of these scores proves? nothing"))
    customers(page).get_by_role("button", name="Leave out all of the kind").click()
    settle(page)
    assert page.url.endswith("?state=scored")
    expect(customers(page)).not_to_contain_text("nothing: too few")
    expect(page.get_by_label("State", exact=True)).to_have_value("scored")
    found = ask(page, NAMES, order="CURRENT_SENTIMENT", first=25, state="SCORED")["customers"]
    assert names(page) == [edge["node"]["companyName"] for edge in found["edges"]]
    need = customers(page).locator("tbody tr").filter(has_text="Needs attention").count()
    sure = customers(page).locator("tbody tr:has(td.from-sm .is-attention .solid)").count()
    expect(customers(page).locator(".sure")).to_contain_text(
        re.compile(rf"Of {need} on this page that need attention,\s+{sure} surely do")
    )


def test_pages_go_on_and_back(look: Look) -> None:
    """Each customer once; the address has the page."""
    page = look("/")
    pages = customers(page).get_by_role("navigation", name="Pages of customers")
    first = names(page)
    expect(pages.get_by_role("button", name="Previous")).to_be_disabled()
    pages.get_by_role("button", name="Next").click()
    expect(pages).to_contain_text("Page 2 of")
    settle(page)
    second = names(page)
    assert not set(first) & set(second)
    pages.get_by_role("button", name="Next").click()
    expect(pages).to_contain_text("Page 3 of")
    settle(page)
    pages.get_by_role("button", name="Previous").click()
    expect(pages).to_contain_text("Page 2 of")
    settle(page)
    assert names(page) == second
    page.reload()
    settle(page)
    assert names(page) == second


def test_a_file_of_too_many_is_refused_not_cut(look: Look) -> None:
    """With what to do."""

    def many(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["data"]["customers"]["totalCount"] = 20_001
        route.fulfill(response=answer, body=json.dumps(body))

    asked = re.compile(r"/graphql/\?query=query\+Customers")
    page = look("/", prepare=lambda page: page.route(asked, many))
    button = customers(page).get_by_role("button", name="of this list, all pages")
    button.click()
    expect(customers(page).get_by_role("alert")).to_contain_text("20,001 customers are too many")


def test_who_left_can_be_found(look: Look, site: Site) -> None:
    """From where nobody else is found; they are not among the others."""
    site.sql("DELETE FROM customers WHERE customer_id = 9006")
    end = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hour = ("--start", (end - timedelta(hours=1)).isoformat(), "--end", end.isoformat())
    site.manage("backfill", *hour, "--reprocess", "all")
    page = look("/?search=Gone Tomorrow")
    customers(page).get_by_role("button", name="Look among those who left").click()
    settle(page)
    assert page.url.endswith("/?search=Gone+Tomorrow&state=left")
    assert names(page) == ["Gone Tomorrow KG"]
    expect(page.get_by_label("State", exact=True)).to_have_value("left")


def test_nobody_found_is_said_with_a_way_out(look: Look) -> None:
    """Not an empty table."""
    page = look("/?search=zzzzzz")
    expect(customers(page)).to_contain_text("No customer matches “zzzzzz”")
    customers(page).locator(".message").get_by_role("button", name="Clear filters").click()
    settle(page)
    assert len(names(page)) == 25
