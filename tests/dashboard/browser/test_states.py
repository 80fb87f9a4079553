"""Loading, empty and failing; keys, phones and those who do not see as most do."""

import gzip
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from dashboard.assets import BUILT, entry
from tests.browser import Visit, findings, in_every_look
from tests.dashboard.browser.conftest import Look, settle

pytestmark = pytest.mark.xdist_group("browser")

OVERVIEW = re.compile(r"/graphql/\?query=query\+Product")
ANY = re.compile(r"/graphql/")
FAILED = ("Failed to load resource",)
CUT = """[...document.querySelectorAll('.segmented, .list th, .list td')]
  .filter(element => element.scrollWidth > element.clientWidth + 1)
  .map(element => element.textContent)"""
"""What is wider than its place, and so is cut or lies on its neighbour."""


def test_while_it_loads_the_page_has_its_shape(look: Look) -> None:
    """And says so to those who listen."""
    waiting: list[Route] = []
    holding = [True]

    def hold(route: Route) -> None:
        # Parts of the page ask in turn: some have not asked yet when the others are let go.
        if holding[0]:
            waiting.append(route)
        else:
            route.continue_()

    page = look("/", prepare=lambda page: page.route(OVERVIEW, hold), settled=False)
    expect(page.get_by_role("status", name="The trend is loading")).to_be_visible()
    expect(page.get_by_role("status", name="The overview is loading")).to_be_visible()
    assert findings(page) == []
    holding[0] = False
    for route in waiting:
        route.continue_()
    settle(page)


def test_a_failing_part_says_so_and_can_be_tried_again(look: Look) -> None:
    """The rest of the page works."""
    failing = [True]

    def answer(route: Route) -> None:
        body = {
            "errors": [
                {
                    "message": "internal",
                    "extensions": {"code": "INTERNAL_SERVER_ERROR", "errorId": "abc"},
                }
            ]
        }
        if failing[0]:
            # It does not ask again by itself before somebody clicks.
            headers = {"Content-Type": "application/json", "Retry-After": "600"}
            route.fulfill(status=500, headers=headers, body=json.dumps(body))
        else:
            route.continue_()

    page = look(
        "/",
        prepare=lambda page: page.route(OVERVIEW, answer),
        tolerated=FAILED,
        settled=False,
    )
    trend = page.get_by_role("region", name=re.compile("^Trend"))
    expect(trend.get_by_role("alert")).to_contain_text("The server failed to answer")
    expect(trend).to_contain_text("error abc")
    expect(page.locator(".customers tbody tr")).to_have_count(25)
    assert findings(page) == []
    failing[0] = False
    trend.get_by_role("button", name="Try again").click()
    expect(trend.locator("canvas")).to_be_visible()


def test_too_many_requests_say_when_to_come_back(look: Look) -> None:
    """As the server's Retry-After has it; then the part asks again by itself."""
    refusing = [True]

    def answer(route: Route) -> None:
        if refusing:
            route.fulfill(status=429, headers={"Retry-After": "3"}, body="{}")
        else:
            route.continue_()

    page = look(
        "/",
        prepare=lambda page: page.route(OVERVIEW, answer),
        tolerated=FAILED,
        settled=False,
    )
    expect(page.get_by_text("the next is answered in 3 s").first).to_be_visible()
    refusing.clear()
    expect(page.get_by_role("region", name=re.compile("^Trend")).locator("canvas")).to_be_visible()


def test_a_server_that_goes_away_leaves_what_was_known(look: Look) -> None:
    """With a word about it, until it is back."""
    page = look("/", prepare=lambda page: page.clock.install(), tolerated=FAILED)
    gone = [True]
    page.route(ANY, lambda route: route.abort() if gone else route.continue_())
    page.clock.fast_forward("01:10")
    alert = page.get_by_role("alert").filter(has_text="The server cannot be reached")
    expect(alert).to_contain_text("What you see is what was known before")
    assert findings(page) == []
    expect(page.locator(".customers tbody tr")).to_have_count(25)
    # It asks by itself, too: the server is not back before the click.
    page.expose_function("bringBack", lambda: gone.clear())
    page.evaluate("addEventListener('click', () => bringBack(), true)")
    alert.get_by_role("button", name="Try now").click()
    expect(alert).to_have_count(0)


def test_a_part_that_cannot_be_renewed_says_so_and_is_asked_for_again(look: Look) -> None:
    """What is shown stays, and is not taken for new."""
    versions, failing = [0], [False]

    def newer(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["data"]["dataFreshness"]["version"] += versions[0]
        route.fulfill(response=answer, body=json.dumps(body))

    def overview(route: Route) -> None:
        if failing[0]:
            route.fulfill(status=429, headers={"Retry-After": "17"}, body="{}")
        else:
            route.continue_()

    def prepare(page: Page) -> None:
        page.route(re.compile(r"dataFreshness"), newer)
        page.route(OVERVIEW, overview)

    page = look("/", prepare=prepare, tolerated=FAILED)
    shown = page.locator(".standing .big").inner_text()
    failing[0], versions[0] = True, 1
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    banner = page.get_by_role("status").filter(has_text="Part of the page could not be renewed")
    expect(banner).to_contain_text("too many requests")
    expect(page.locator(".standing .big")).to_have_text(shown)
    assert findings(page) == []
    failing[0] = False
    banner.get_by_role("button", name="Try now").click()
    expect(banner).to_have_count(0)


def test_before_the_first_run_there_is_nothing_to_show(look: Look) -> None:
    """The page says when there will be."""

    def empty(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        data = body["data"]
        if "dataFreshness" in data:
            data["dataFreshness"] |= {"newestCoveredWindow": None}
        if "overallSentiments" in data:
            data["overallSentiments"] = {"edges": []}
        route.fulfill(response=answer, body=json.dumps(body))

    page = look("/", prepare=lambda page: page.route(ANY, empty), settled=False)
    expect(page.get_by_role("status")).to_contain_text("Nothing has been read yet")
    assert findings(page) == []


@pytest.mark.parametrize("address", ["/", "/?customer=1&range=30d"], ids=["page", "customer"])
def test_axe_finds_nothing_serious(visit: Visit, address: str) -> None:
    """Nor does anything lie beyond the edge of a phone."""
    page = visit(address)
    settle(page)
    for width, dark in in_every_look(page):
        assert findings(page) == [], (width, dark)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(CUT) == [], (width, dark)
        for panel in page.get_by_role("complementary").all():
            assert panel.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_two_parts_may_ask_the_same(visit: Visit) -> None:
    """The overview of eight days and the trend of seven, where three have been read."""

    def young(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=3)
        body["data"]["overallSentiments"]["edges"][0]["node"]["windowStart"] = first.isoformat()
        route.fulfill(response=answer, json=body)

    page = visit("/", prepare=lambda page: page.route(re.compile(r"query\+Basics"), young))
    settle(page)
    expect(page.get_by_role("region", name=re.compile("^Trend")).locator("canvas")).to_be_visible()


def test_what_was_before_is_not_shown_as_what_was_asked_for(visit: Visit) -> None:
    """Where no answer comes: not as a file, and not as another customer."""
    page = visit("/?range=24h", tolerated=FAILED)
    settle(page)
    customers = page.locator(".customers tbody th a")
    customers.first.click()
    settle(page)
    page.route(ANY, lambda route: route.abort())
    page.get_by_role("link", name="30 d").click()
    trend = page.get_by_role("region", name=re.compile("^Trend"))
    expect(trend.get_by_role("alert")).to_be_visible()
    expect(trend.get_by_role("button", name="CSV")).to_be_disabled()
    panel = page.get_by_role("complementary")
    name = panel.get_by_role("heading", level=2).inner_text()
    customers.nth(1).click()
    expect(panel.get_by_role("alert").first).to_be_visible()
    expect(panel.get_by_role("heading", level=2)).not_to_have_text(name)


def test_keys_are_enough(look: Look) -> None:
    """Past the head, to a customer, and back."""
    page = look("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="24 h")).to_be_focused()
    page.keyboard.press("Enter")
    settle(page)
    expect(page.get_by_role("link", name="24 h")).to_have_attribute("aria-current", "true")
    page.locator(".customers tbody th a").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary").get_by_role("heading", level=2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".customers tbody th a").first).to_be_focused()


def test_nothing_moves_for_those_who_do_not_want_it(visit: Visit) -> None:
    """Reduced motion: no animation, no transition."""
    page = visit("/?customer=1")
    settle(page)
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_first_load_is_small() -> None:
    """Under 200 kB of compressed JavaScript, and it is one file that needs no other."""
    script = (BUILT.parent / entry("dashboard").script).read_bytes()
    assert len(gzip.compress(script)) < 60_000
    assert not re.search(rb'(?:import|from)\s*\(?"\./', script)
