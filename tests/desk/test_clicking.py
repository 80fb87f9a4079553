"""The operator's whole job, done by clicking. Who clicks leaves the site as it was."""

import re
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import CLICKED_LOOKS, Visit, findings, in_every_look
from tests.site import Site

pytestmark = pytest.mark.xdist_group("browser")

OWN_PAGES = {
    "/admin/": "Operations",
    "/admin/jobs/pipelinerun/pipeline/": "Pipeline",
    "/admin/jobs/pipelinerun/": "Runs",
    "/admin/jobs/pipelinerun/repair/": "Repair a range",
    "/admin/jobs/pipelinerun/recompute/": "Recompute from",
    "/admin/jobs/window/calendar/": "Windows of",
    "/admin/config/databaseconfig/1/change/": "Change database connection",
    "/admin/config/industrybaseline/": "Select industry baseline",
    "/admin/config/industrybaseline/suggestions/": "Suggested baselines",
    "/admin/config/industrybaseline/import/": "Import baselines",
    "/admin/config/scoringprofile/": "Select scoring profile",
    "/admin/config/scoringprofile/1/change/": "Scoring profile, version 1",
    "/admin/admin/logentry/": "Changes",
}


class Desk(Protocol):
    """Opens a page of the admin, signed in."""

    def __call__(self, path: str = "/admin/") -> Page: ...


@pytest.fixture(params=list(CLICKED_LOOKS.values()), ids=list(CLICKED_LOOKS))
def desk(request: pytest.FixtureRequest, visit: Visit) -> Desk:
    """In each look."""
    width, dark = request.param
    return lambda path="/admin/": visit(path, staff=True, width=width, dark=dark)


def click(page: Page, name: str | re.Pattern[str], role: str = "link") -> None:
    """Click what is called like this."""
    page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]


def line(page: Page, subject: str) -> Locator:
    """The line of a table that begins with this."""
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=subject))


def work(site: Site) -> None:
    """A worker does everything that was asked for."""
    site.manage("rqworker", "high", "default", "--burst")


def test_every_page_of_the_desk_is_sound(visit: Visit) -> None:
    page = visit("/admin/", staff=True)
    for path, title in OWN_PAGES.items():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        for width, dark in in_every_look(page):
            assert findings(page) == [], (path, width, dark)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_connection_is_tried_unsaved_and_another_one_made_active(desk: Desk, site: Site) -> None:
    page = desk()
    click(page, "Database connections")
    click(page, "source")
    for port, reachable in (("1", "bad"), (site.environment["SOURCE_DB_PORT"], "good")):
        page.get_by_label("Port").fill(port)
        page.get_by_label("Password").fill(site.environment["SOURCE_DB_PASSWORD"])
        click(page, "Test connection", "button")
        expect(line(page, "Reachable")).to_contain_text(reachable)
    for subject in ("Credentials", "Tables", "Columns", "Index on reported_at", "Newest report"):
        expect(line(page, subject)).to_contain_text("good")
    expect(page.get_by_label("Port")).to_have_value(site.environment["SOURCE_DB_PORT"])
    page.goto("/admin/config/databaseconfig/add/")
    for label, name in (
        ("Port", "PORT"),
        ("Database name", "NAME"),
        ("Username", "USER"),
        ("Password", "PASSWORD"),
    ):
        page.get_by_label(label).fill(site.environment[f"SOURCE_DB_{name}"])
    page.get_by_label("Name:", exact=True).fill("moved")
    page.get_by_label("Host").fill("localhost")
    click(page, "Save and continue editing", "button")
    click(page, "Make this the active connection", "button")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it the same source?")
    page.get_by_role("button", name="Yes, the same data have moved").click()
    expect(page.locator(".messagelist")).to_contain_text("source is no longer active")
    click(page, "source")
    click(page, "Make this the active connection", "button")
    page.get_by_role("button", name="Yes, the same data have moved").click()
    click(page, "moved")
    click(page, "Delete")
    page.get_by_role("button", name=re.compile("^Yes, I.m sure")).click()
    expect(page.locator(".messagelist")).to_contain_text("was deleted successfully")


def test_baselines_are_edited_suggested_exported_and_imported(desk: Desk, tmp_path: Path) -> None:
    page = desk("/admin/config/industrybaseline/")
    with page.expect_download() as download:
        click(page, "Export CSV")
    before = Path(download.value.path()).read_text("utf-8-sig")
    page.get_by_label("Baseline of Retail").fill("0.61")
    click(page, "Save", "button")
    expect(page.locator(".messagelist")).to_contain_text("1 industry baseline was changed")
    click(page, "Suggestions")
    click(page, "90 days")
    taken = page.get_by_role("button", name=re.compile(r"^Take [\d.]+ for Banking$"))
    taken.click()
    expect(page.locator(".messagelist")).to_contain_text("Taken for Banking")
    page.get_by_label("Choose Energy").check()
    page.get_by_label("Choose Education").check()
    click(page, "What would they do to scores?", "button")
    expect(page.get_by_role("heading", name="By industry")).to_be_visible()
    click(page, "Back to what you typed", "button")
    expect(page.get_by_label("Choose Energy")).to_be_checked()
    click(page, "Take the chosen ones", "button")
    expect(page.locator(".messagelist")).to_contain_text("Taken for Education")
    expect(page.get_by_text("taken", exact=True)).to_have_count(3)
    broken = tmp_path / "broken.csv"
    broken.write_text("industry;baseline_score\nRetail;0,5\nBanking;7\n")
    whole = tmp_path / "whole.csv"
    whole.write_text(before)
    page.goto("/admin/config/industrybaseline/import/")
    page.get_by_label("CSV file").set_input_files(broken)
    click(page, "Show what it would do", "button")
    expect(line(page, "Banking")).to_contain_text("A baseline lies above 0")
    expect(page.get_by_role("button", name=re.compile("^Write"))).to_have_count(0)
    click(page, "Choose another file")
    page.get_by_label("CSV file").set_input_files(whole)
    click(page, "Show what it would do", "button")
    click(page, "What would it do to scores?", "button")
    expect(page.get_by_role("heading", name="By industry")).to_be_visible()
    assert findings(page) == []
    click(page, "Write 4 baselines", "button")
    expect(page.locator(".messagelist")).to_contain_text("4 baselines written")


def test_a_new_version_is_compared_activated_and_recomputed(desk: Desk, site: Site) -> None:
    page = desk()
    click(page, "Scoring profiles")
    click(page, "Add a version")
    page.get_by_label("Note").fill("for the next test")
    page.get_by_label("Healthy above").fill("0.75")
    click(page, "Save", "button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Scoring profile, version")
    expect(line(page, "healthy above")).to_contain_text("differs")
    expect(page.get_by_text("differs", exact=True)).to_have_count(1)
    page.get_by_role("button", name=re.compile("from now on$")).click()
    expect(page.get_by_text("active", exact=True)).to_be_visible()
    click(page, "Recompute from …")
    click(page, "the last 24 hours")
    expect(page.get_by_text("24 windows", exact=True)).to_be_visible()
    expect(page.get_by_text("as the last runs did")).to_be_visible()
    click(page, "Recompute 24 windows", "button")
    expect(page.locator("#run")).to_contain_text("it starts as soon as a worker is free")
    work(site)
    # The page follows the run by itself.
    expect(page.locator("#run")).to_contain_text("succeeded")
    expect(page.locator("#run")).to_contain_text("admin, in the admin")
    page.goto("/admin/config/scoringprofile/")
    expect(page.get_by_role("row").filter(has_text="active: 0.75")).not_to_have_count(0)
    click(page, "1")
    expect(page.get_by_text(re.compile(r"^[\d,]+ of 20"))).to_be_visible()
    click(page, "Use version 1 from now on", "button")
    expect(page.locator(".messagelist")).to_contain_text("use version 1")


def test_runs_are_asked_for_and_days_repaired_from_the_calendar(desk: Desk, site: Site) -> None:
    page = desk()
    click(page, "Run now", "button")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Run of")
    work(site)
    expect(page.locator("#run")).to_contain_text("succeeded")
    page.goto("/admin/")
    click(page, "Calendar of windows")
    page.locator(".cell.complete").nth(30).hover()
    expect(page.locator("#said")).to_have_text(re.compile(r"Z: complete, [\d,]+ report"))
    cells = page.locator("table.hours .cell")
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#said")).to_contain_text("-02 01:00Z: ")
    day = page.locator("table.hours tbody th a").first
    title = day.get_attribute("title") or ""
    day.click()
    expect(page.get_by_label("From (UTC)")).to_have_value(re.compile(r"-01T00:00$"))
    page.get_by_label("all windows, and compute everything again").check()
    click(page, "Show what it would do", "button")
    page.get_by_role("button", name=re.compile(r"^Read \d+ windows?$")).click()
    work(site)
    expect(page.locator("#run")).to_contain_text("succeeded")
    assert title
    page.goto("/admin/admin/logentry/")
    for said in ("run now", "all windows, and compute everything again"):
        expect(page.get_by_role("row").filter(has_text=said)).not_to_have_count(0)
    page.goto("/admin/")
    click(page, "Queues and workers")
    expect(page.get_by_role("link", name="high", exact=True)).to_be_visible()
    page.goto("/admin/rq/queues/1/finished/")
    assert findings(page) == []
    boxes = page.get_by_role("checkbox")
    page.get_by_label("Choose all").check()
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(boxes.count())
    click(page, re.compile("-sync_customer_data$"))
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth === innerWidth")
    click(page, "View →")
    expect(page.get_by_text("SUCCESSFUL", exact=True)).to_be_visible()
    page.goto("/admin/rq/schedulers/0/")
    expect(page.get_by_label("Choose all")).to_be_visible()
    assert findings(page) == []
