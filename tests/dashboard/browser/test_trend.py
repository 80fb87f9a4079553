"""The trend: ranges, values, zoom."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.browser.conftest import Look, ask, settle

pytestmark = pytest.mark.xdist_group("browser")


def trend(page: Page) -> Locator:
    return page.get_by_role("region", name=re.compile(r"^Trend"))


def test_ranges_have_a_resolution_that_fits(look: Look) -> None:
    """And the reader may choose another one."""
    page = look("/")
    for name, resolution in (("24 h", "hour"), ("30 d", "day"), ("All", "day"), ("7 d", "hour")):
        page.get_by_role("group", name="Range").get_by_role("link", name=name).click()
        settle(page)
        expect(page.get_by_label("Resolution")).to_contain_text(f"{resolution} (auto)")
        expect(trend(page).locator("canvas")).to_be_visible()
    page.get_by_role("link", name="30 d").click()
    page.get_by_label("Resolution").select_option("week")
    settle(page)
    expect(trend(page).locator(".legend")).to_contain_text("Week from")
    assert page.url.endswith("?range=30d&resolution=week")


def test_hovering_shows_the_values_of_an_hour(look: Look) -> None:
    """Score, interval, FP and FN, as the API has them."""
    page = look("/?range=24h")
    series = ask(
        page, "{ overallSeries { windowStart standingSentimentScore totalFpCount totalFnCount } }"
    )["overallSeries"]
    plot = trend(page).get_by_role("slider")
    box = plot.locator(".u-over").bounding_box()
    assert box is not None
    plot.locator(".u-over").hover(position={"x": 1, "y": box["height"] / 2})
    legend = trend(page).locator(".legend")
    expect(legend).to_contain_text(f"{series['standingSentimentScore'][-24]:.2f}")
    expect(legend).to_contain_text(f"FP ↑{series['totalFpCount'][-24]:,}")
    expect(legend).to_contain_text(f"FN ↓{series['totalFnCount'][-24]:,}")


def test_dragging_zooms_and_back_undoes_it(look: Look) -> None:
    """The address has the new range; what is of now all the same says so."""
    page = look("/")
    expect(page.locator(".as-of-now")).to_have_count(0)
    over = trend(page).locator(".u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile(r"\?from=.*&to="))
    settle(page)
    expect(page.get_by_role("button", name="From–to")).to_have_class("chosen")
    for part in ("Standing score", "Reports", r"\d+ customers", "Industries", "Customers"):
        region = page.get_by_role("region", name=re.compile(f"^{part}"))
        expect(region.get_by_role("heading").first).to_contain_text("now, at ")
    page.go_back()
    settle(page)
    assert page.url.endswith("/")
    expect(page.get_by_role("link", name="7 d")).to_have_attribute("aria-current", "true")


def test_keys_read_and_zoom_too(look: Look) -> None:
    """The plot is a slider over time. A mark does not outlive its range."""
    page = look("/?range=24h")
    plot = trend(page).get_by_role("slider")
    plot.focus()
    page.keyboard.press("Home")
    expect(plot).to_have_attribute("aria-valuenow", "0")
    expect(plot).to_have_attribute("aria-valuetext", re.compile(r"score 0\.\d\d, interval"))
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?from="))
    settle(page)
    expect(plot).to_have_attribute("aria-valuemax", "3")
    page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("group", name="Range").get_by_role("link", name="7 d").click()
    settle(page)
    plot.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Home")
    expect(plot).to_have_attribute("aria-valuenow", "0")
    assert page.url.endswith("/")


def test_from_and_to_can_be_typed(look: Look) -> None:
    """In the reader's zone; the address says it in UTC."""
    page = look("/?range=30d")
    page.get_by_role("button", name="From–to").click()
    start = page.get_by_label("From", exact=True)
    end = page.get_by_label("To", exact=True)
    given = end.input_value()
    start.fill(given)
    expect(page.get_by_role("alert")).to_contain_text("has to be before")
    expect(page.get_by_role("button", name="Show", exact=True)).to_be_disabled()
    start.fill(f"{given[:11]}00:00")
    page.get_by_role("button", name="Show", exact=True).click()
    settle(page)
    assert re.search(r"from=\d{4}-\d\d-\d\dT2[23]%3A00%3A00Z", page.url)
    page.goto("/?from=2190-01-01&to=2190-01-02")
    expect(page.locator(".range-words")).to_contain_text("2 Jan 2190, 01:00: nothing was read")


def test_the_values_are_there_as_a_table(look: Look) -> None:
    """For those who do not see the lines."""
    page = look("/?range=24h")
    trend(page).get_by_role("button", name="Table").click()
    rows = trend(page).get_by_role("row")
    expect(rows).to_have_count(25)
    expect(rows.nth(1)).to_contain_text("UTC")
