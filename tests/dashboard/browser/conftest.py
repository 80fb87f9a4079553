"""How the page is looked at: on a desk and on a phone, in the light and in the dark."""

from typing import Any, Protocol

import pytest
from playwright.sync_api import Page, expect

from tests.browser import CLICKED_LOOKS, Visit


class Look(Protocol):
    """Opens the dashboard, and waits until all of it is there unless told otherwise."""

    def __call__(self, address: str = "/", *, settled: bool = True, **options: Any) -> Page: ...


@pytest.fixture(params=list(CLICKED_LOOKS.values()), ids=list(CLICKED_LOOKS))
def look(request: pytest.FixtureRequest, visit: Visit) -> Look:
    """In each look."""
    width, dark = request.param

    def open_dashboard(address: str = "/", *, settled: bool = True, **options: Any) -> Page:
        page = visit(address, width=width, dark=dark, **options)
        if settled:
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
