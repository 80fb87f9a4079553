"""What every page of the product promises."""

import re

import pytest
from playwright.sync_api import APIResponse, Page, Response, expect

from tests.browser import Visit, findings

pytestmark = pytest.mark.xdist_group("browser")

FOR_ALL = ("/", "/about/score/", "/graphql/", "/api/schema/swagger-ui/", "/api/schema/redoc/")
OF_QUEUES = ("/admin/rq/", "/admin/rq/queues/0/finished/", "/admin/rq/workers/0/")
MOST_PAGES = 100


@pytest.mark.parametrize("path", FOR_ALL)
def test_pages_for_all(visit: Visit, path: str) -> None:
    """Nothing on them breaks, asks another host, or needs what the policy forbids."""
    page = visit(path)
    page.wait_for_load_state("load")
    expect(page.locator("body")).not_to_be_empty()
    assert page.title()
    _has_its_sign(page)
    _scripts_come_from_files(page.request.get(path, headers={"Accept": "text/html"}))


def test_redoc_shows_the_contract(visit: Visit) -> None:
    """With its menu, without the mark of its makers."""
    page = visit("/api/schema/redoc/")
    expect(page.get_by_role("heading", name="Customer Sentiment Analysis API")).to_be_visible()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    expect(page.get_by_text("API docs by Redocly")).to_be_hidden()


def test_swagger_ui_is_dark_where_the_system_is(visit: Visit) -> None:
    """It does not look by itself."""
    page = visit("/api/schema/swagger-ui/", dark=True)
    expect(page.locator("html")).to_have_class("dark-mode")
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).not_to_have_class("dark-mode")


def test_an_address_that_was_cut(visit: Visit) -> None:
    """Says so, in the look of the product, and leads back."""
    page = visit("/about/scor/", tolerated=("status of 404",), width=390, dark=True)
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    assert findings(page) == []
    _has_its_sign(page)
    page.get_by_role("link", name="Go to the dashboard").click()
    expect(page).to_have_title("Customer sentiment")


def test_pages_for_staff(visit: Visit) -> None:
    """Nor on any that the desk leads to: two clicks deep, one of each kind."""
    page = visit("/admin/", staff=True)
    seen: set[str] = set()
    ahead = ["/admin/", *OF_QUEUES]
    for depth in range(3):
        ahead = [path for path in dict.fromkeys(ahead) if _kind(path) not in seen]
        found = []
        for path in ahead:
            if _kind(path) in seen:
                continue
            seen.add(_kind(path))
            answer = page.goto(path)
            assert answer is not None
            assert answer.ok, path
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            assert page.title(), path
            _has_its_sign(page)
            _scripts_come_from_files(answer)
            found += _links(page) if depth < 2 else []
        ahead = found
    assert {"/admin/rq/schedulers/#/", "/admin/config/scoringprofile/#/change/"} <= seen
    assert len(seen) < MOST_PAGES


@pytest.mark.parametrize("dark", [False, True])
def test_the_text_about_the_score_can_be_read_by_all(visit: Visit, dark: bool) -> None:
    """It is a page of its own, with its headings, on a phone too."""
    page = visit("/about/score/", width=390, dark=dark)
    expect(page.get_by_role("heading", name="Why silence is not neutral")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Customer sentiment").click()
    expect(page).to_have_title("Customer sentiment")


def _links(page: Page) -> list[str]:
    """Where a click on this page leads within the desk; what is saved is no page."""
    links: list[str] = page.eval_on_selector_all("a[href]", "all => all.map(one => one.pathname)")
    return [path for path in links if path.startswith("/admin/") and "/export/" not in path]


def _kind(path: str) -> str:
    """Pages that differ in the row alone are of one kind."""
    return re.sub(r"/(\d+|\d{4}-[^/]+|[0-9a-f-]{32,})(?=/)", "/#", path)


def _has_its_sign(page: Page) -> None:
    address = page.locator("link[rel~=icon]").first.get_attribute("href")
    assert address is not None, page.url
    assert address.startswith(("/static/favicon", "/favicon.ico")), page.url


def _scripts_come_from_files(answer: APIResponse | Response) -> None:
    policy = answer.headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is not None
    assert scripts[1].strip() == "'self'"
