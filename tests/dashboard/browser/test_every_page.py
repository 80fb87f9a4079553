"""What every page of the product promises."""

import re

import pytest
from playwright.sync_api import APIResponse, expect

from tests.browser import Visit, findings

pytestmark = pytest.mark.xdist_group("browser")

FOR_ALL = ("/", "/about/score/", "/graphql/", "/api/schema/swagger-ui/")
FOR_STAFF = (
    "/admin/",
    "/admin/sentiment_api/customer/",
    "/admin/rq/",
    "/admin/rq/queues/0/finished/",
    "/admin/rq/workers/0/",
)


@pytest.mark.parametrize("path", FOR_ALL)
def test_pages_for_all(visit: Visit, path: str) -> None:
    """Nothing on them breaks, asks another host, or needs what the policy forbids."""
    page = visit(path)
    page.wait_for_load_state("networkidle")
    expect(page.locator("body")).not_to_be_empty()
    assert page.title()
    _scripts_come_from_files(page.request.get(path, headers={"Accept": "text/html"}))


def test_pages_for_staff(visit: Visit) -> None:
    """Nor on these."""
    page = visit("/admin/", staff=True)
    for path in FOR_STAFF:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert page.title(), path
        _scripts_come_from_files(page.request.get(path))


@pytest.mark.parametrize("dark", [False, True])
def test_the_text_about_the_score_can_be_read_by_all(visit: Visit, dark: bool) -> None:
    """It is a page of its own, with its headings, on a phone too."""
    page = visit("/about/score/", width=390, dark=dark)
    expect(page.get_by_role("heading", name="Why silence is not neutral")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("link", name="Customer sentiment").click()
    expect(page).to_have_title("Customer sentiment")


def _scripts_come_from_files(answer: APIResponse) -> None:
    policy = answer.headers["content-security-policy"]
    scripts = re.search(r"script-src ([^;]*)", policy)
    assert scripts is not None
    assert scripts[1].strip() == "'self'"
