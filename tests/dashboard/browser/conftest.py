"""How the page is looked at: on a desk in the light, on a phone in the dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Visit

LOOKS = {"desk, light": (1280, False), "phone, dark": (390, True)}

Look = Callable[[str], Page]


@pytest.fixture(params=list(LOOKS.values()), ids=list(LOOKS))
def look(request: pytest.FixtureRequest, visit: Visit) -> Look:
    """Opens the dashboard and waits until all of it is there."""
    width, dark = request.param

    def open_dashboard(address: str = "/") -> Page:
        page = visit(address, width=width, dark=dark)
        settle(page)
        return page

    return open_dashboard


def settle(page: Page) -> None:
    """Wait until nothing is on its way any more."""
    expect(page.get_by_role("heading", name="Customers", exact=False).last).to_be_visible()
    expect(page.locator(".skeleton, [aria-busy=true], .busy")).to_have_count(0)


def ask(page: Page, query: str, **variables: Any) -> Any:
    """What the API says itself."""
    answer = page.request.post("/graphql/", data={"query": query, "variables": variables})
    assert answer.ok, answer.text()
    return answer.json()["data"]
