"""The address holds the view; the page follows the data; what is shown can be taken along."""

import codecs
import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser import Visit
from tests.dashboard.browser.conftest import Look, ask, settle
from tests.site import Site

pytestmark = pytest.mark.xdist_group("browser")


def rows_of(download: Download) -> list[dict[str, str]]:
    """The rows of a file that was saved."""
    content = Path(download.path()).read_bytes()
    assert content.startswith(codecs.BOM_UTF8), "or spreadsheets garble names"
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


def test_a_view_can_be_sent_to_a_colleague(look: Look, visit: Visit) -> None:
    """Range, filter, order, page and customer: all of it is in the address."""
    page = look("/")
    page.get_by_role("link", name="30 d").click()
    page.get_by_role("region", name=re.compile("^Industries")).get_by_role(
        "link", name="Banking"
    ).click()
    settle(page)
    page.get_by_role("link", name="Most reports").click()
    settle(page)
    page.locator(".customers tbody th a").nth(2).click()
    settle(page)
    name = page.get_by_role("complementary").get_by_role("heading", level=2).inner_text()
    other = visit(page.url, zone="America/New_York")
    settle(other)
    expect(other.get_by_role("complementary").get_by_role("heading", level=2)).to_have_text(name)
    expect(other.get_by_role("link", name="30 d")).to_have_attribute("aria-current", "true")
    expect(other.get_by_role("region", name="Trend: Banking")).to_be_visible()
    expect(other.get_by_role("link", name="Most reports")).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.get_by_role("complementary")).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("complementary")).to_have_count(1)


def test_a_bad_address_says_what_is_wrong(look: Look) -> None:
    """And shows the rest of it."""
    page = look("/?range=9y&industry=Banking&min=7")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("“range=9y” should be one of 24h, 7d, 30d, all")
    expect(alert).to_contain_text("“min=7” should be a number from 0 to 1")
    expect(page.get_by_role("region", name="Trend: Banking")).to_be_visible()
    alert.get_by_role("button", name="Go on without it").click()
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.url.endswith("/?industry=Banking")


def test_an_unknown_industry_is_said_with_a_way_out(look: Look) -> None:
    """Instead of empty charts alone."""
    page = look("/?industry=Astrology")
    alert = page.get_by_role("alert").filter(has_text="There is no industry “Astrology”")
    expect(page.get_by_role("region", name="Trend: Astrology")).to_contain_text(
        "Nothing of Astrology"
    )
    # That it has no rows does not mean that hours were not read.
    expect(page.get_by_role("region", name="Reports, last 24 h")).not_to_contain_text("been read")
    alert.get_by_role("button", name="All industries").click()
    settle(page)
    assert page.url.endswith("/")


def test_times_are_the_readers_with_utc_at_hand(look: Look) -> None:
    """By mouse and by keyboard."""
    page = look("/?range=24h", zone="Asia/Tokyo")
    expect(page.locator(".range-words")).to_contain_text("Asia/Tokyo")
    newest = ask(page, "{ dataFreshness { newestCoveredWindow } }")["dataFreshness"]
    hour = int(newest["newestCoveredWindow"][11:13])
    time = page.locator(".freshness time")
    expect(time).to_contain_text(f"{(hour + 9) % 24:02}:00")
    time.focus()
    tip = time.evaluate("element => getComputedStyle(element, '::after').content")
    assert f"{hour:02}:00 UTC" in tip
    assert time.evaluate("e => getComputedStyle(e, '::after').display") == "block"


def test_customers_can_be_saved(look: Look) -> None:
    """All pages of the list as it is filtered; no name becomes a formula."""
    page = look("/?search=Söhne")
    with page.expect_download() as saving:
        page.get_by_role("button", name="CSV of this list").click()
    assert re.fullmatch(
        r"customers_all-industries_Worst-first_Söhne_\d{8}T\d{4}Z\.csv",
        saving.value.suggested_filename,
    )
    (row,) = rows_of(saving.value)
    assert row["company_name"] == "'=2+5 <b>Bold</b> & Söhne, AG"
    assert row["state"] == "insufficient_evidence"
    page.get_by_role("button", name="Clear filters").click()
    settle(page)
    with page.expect_download() as saving:
        page.get_by_role("button", name="CSV of this list").click()
    total = ask(page, "{ customers(active: true) { totalCount } }")["customers"]["totalCount"]
    assert len(rows_of(saving.value)) == total


def test_trend_industries_and_history_can_be_saved(look: Look) -> None:
    """Each with its range in the name."""
    page = look("/?range=24h&customer=9004")
    for name, file, rows in (
        ("CSV of the history", r"history_9004_Fresh-Trouble-plc_per-hour_", 2),
        ("CSV of the trend", r"trend_all-industries_per-hour_", 24),
        ("CSV of the industries", r"industries_", None),
    ):
        if name == "CSV of the trend":
            page.keyboard.press("Escape")
        with page.expect_download() as saving:
            page.get_by_role("button", name=name).click()
        assert re.match(file, saving.value.suggested_filename)
        found = rows_of(saving.value)
        assert found
        assert rows is None or len(found) == rows


def test_the_page_follows_a_new_run_and_keeps_its_place(look: Look, site: Site) -> None:
    """Scroll, focus, page and open customer stay; a score that changed is another one."""

    def prepare(page: Page) -> None:
        page.clock.install()

    page = look("/?search=Counted Again&customer=9005&range=24h", prepare=prepare)
    now = page.get_by_role("complementary").get_by_role("region", name="Score now").locator(".big")
    before = now.inner_text()
    panel = page.get_by_role("complementary")
    link = panel.get_by_role("link", name="Why?").first
    revised = panel.get_by_role("table", name="How this score was revised").get_by_role("row")
    revisions = max(revised.count() - 1, 1)
    page.evaluate("scrollTo(0, 120)")
    link.focus()
    site.sql(
        "INSERT INTO email_samples (customer_id, sample_type, email_data, reported_at)"
        " SELECT 9005, %s, '{}', max(reported_at) FROM email_samples CROSS JOIN"
        " generate_series(1, 900) WHERE customer_id = 9005 GROUP BY generate_series",
        "FN" if float(before) < 0.5 else "FP",
    )
    site.manage("run_pipeline")
    page.clock.fast_forward("01:10")
    expect(now).not_to_have_text(before)
    expect(link).to_be_focused()
    expect(revised).to_have_count(1 + revisions + 1)
    assert page.evaluate("scrollY") == 120
    assert page.url.endswith("/?search=Counted%20Again&customer=9005&range=24h")
