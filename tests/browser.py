"""Fixtures of the tests that click: `site` (the running product), `visit` (opens its pages).

    pytestmark = pytest.mark.xdist_group("browser")

    def test_something(visit: Visit) -> None:
        page = visit("/?range=7d", width=390, dark=True)
        page.get_by_role("link", name="Acme").click()

`visit` holds every page to what all pages promise: no error in the console, no request to another
host, nothing that the Content-Security-Policy had to stop. `findings(page)` has what axe finds.
Without a Chromium these tests are skipped with a line that says so; never where CI is set.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, Playwright, Request, expect, sync_playwright

from demo.servers import PostgresServer, ValkeyServer
from tests.processes import ROOT
from tests.site import Site, running

AXE = ROOT / "dashboard/frontend/node_modules/axe-core/axe.min.js"
HEIGHTS = {1280: 800, 390: 844}
_OF_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

expect.set_options(timeout=10_000)


class Visit(Protocol):
    """Opens an address of the site in a browser of its own, as a guest or signed in."""

    def __call__(
        self,
        path: str = "/",
        *,
        width: int = 1280,
        dark: bool = False,
        staff: bool = False,
        zone: str = "Europe/Berlin",
        tolerated: tuple[str, ...] = (),
        prepare: Any = None,
    ) -> Page: ...


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, valkey: ValkeyServer
) -> Iterator[Site]:
    """The product with generated data, for all tests that click."""
    with running(tmp_path_factory.mktemp("site"), postgres, valkey) as started:
        yield started


def executable(playwright: Playwright) -> str | None:
    """The system's Chromium, else the one that Playwright has installed; None without either."""
    of_system = next(filter(None, map(shutil.which, _OF_SYSTEM)), None)
    found = of_system or playwright.chromium.executable_path
    return found if Path(found).exists() else None


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser; without a Chromium the test is skipped, or fails where CI is set."""
    found = executable(playwright)
    if found is None:
        reason = "no Chromium here: `.venv/bin/playwright install --with-deps chromium`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    # The sandbox needs rights that root and containers do not have.
    sandbox = os.geteuid() != 0 and not os.environ.get("CI")
    started = playwright.chromium.launch(executable_path=found, chromium_sandbox=sandbox)
    yield started
    started.close()


# Playwright's loop stays in its thread, where Django then refuses to ask the database: so it ends
# with the module.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for the tests of a module."""
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Visit]:
    """Opens pages, and fails the test for what no page may do."""
    wrong: list[str] = []
    contexts = []

    def open_page(
        path: str = "/",
        *,
        width: int = 1280,
        dark: bool = False,
        staff: bool = False,
        zone: str = "Europe/Berlin",
        tolerated: tuple[str, ...] = (),
        prepare: Any = None,
    ) -> Page:
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            timezone_id=zone,
            locale="en-GB",
            accept_downloads=True,
        )
        contexts.append(context)
        context.on("request", lambda request: wrong.extend(_foreign(site, request)))
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda said: wrong.extend(_complaint(said.type, said.text, tolerated)))
        if staff:
            sign_in(page, site)
        if prepare:
            prepare(page)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, "\n".join(wrong)


def sign_in(page: Page, site: Site) -> None:
    """Go through the admin's door."""
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(site.admin)
    page.get_by_label("Password").fill(site.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it is now, if it is serious or critical."""
    page.evaluate(AXE.read_text())
    answer = page.evaluate("axe.run()")
    return [
        f"{found['id']}: {found['help']} at {[node['target'] for node in found['nodes']]}"
        for found in answer["violations"]
        if found["impact"] in ("serious", "critical")
    ]


def _foreign(site: Site, request: Request) -> list[str]:
    own = (f"{site.address}/", "data:", f"blob:{site.address}/")
    return [] if request.url.startswith(own) else [f"asked another host: {request.url}"]


def _complaint(kind: str, text: str, tolerated: tuple[str, ...]) -> list[str]:
    # A policy that stops something says so here, too.
    if kind != "error" or any(part in text for part in tolerated):
        return []
    return [f"console: {text}"]


__all__ = ["Visit", "browser", "chromium", "executable", "findings", "sign_in", "site", "visit"]
