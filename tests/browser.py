"""Fixtures of the tests that click: `site` (the running product), `visit` (opens its pages).

    pytestmark = pytest.mark.xdist_group("browser")

    def test_something(visit: Visit) -> None:
        page = visit("/?range=7d", width=390, dark=True)
        page.get_by_role("link", name="Acme").click()

`visit` holds every page to what all pages promise: no error in the console, no request to another
host, nothing that the Content-Security-Policy had to stop. `findings(page)` has what axe finds.
`LOOKS` are the ways in which people look at a page, `CLICKED_LOOKS` those in which features are
clicked through.
Without a Chromium these tests are skipped with a line that says so; never where CI is set.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Request,
    StorageState,
    expect,
    sync_playwright,
)

from demo.servers import PostgresServer, ValkeyServer
from tests.processes import ROOT
from tests.site import Site, running

AXE = ROOT / "dashboard/frontend/node_modules/axe-core/axe.min.js"
HEIGHTS = {1280: 800, 390: 844}
LOOKS = {
    "desk, light": (1280, False),
    "phone, dark": (390, True),
    "desk, dark": (1280, True),
    "phone, light": (390, False),
}
STILL = """() => new Promise(done => {
  let height, frames = 0
  const look = () => {
    const now = document.documentElement.scrollHeight
    frames = now === height ? frames + 1 : 0
    height = now
    frames < 10 ? requestAnimationFrame(look) : done()
  }
  look()
})"""
"""Waits until nothing grows or shrinks: charts take a new width some frames after the page."""
_OPPOSITE = ("desk, light", "phone, dark")
CLICKED_LOOKS = {name: LOOKS[name] for name in (LOOKS if os.environ.get("LONG") else _OPPOSITE)}
"""Two that have neither the width nor the colours in common; all of them with `LONG=1`."""
_OF_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

expect.set_options(timeout=30_000)


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


class _Contexts:
    """Contexts of a browser, kept for later pages: these need not load again what is the same."""

    def __init__(self, browser: Browser, site: Site, signed_in: list[StorageState]) -> None:
        self._browser = browser
        self._site = site
        self._signed_in = signed_in
        self._kept: dict[tuple[int, bool, bool, str], BrowserContext] = {}

    def get(self, width: int, dark: bool, staff: bool, zone: str) -> BrowserContext:
        """The one that looks like this."""
        look = (width, dark, staff, zone)
        if look not in self._kept:
            self._kept[look] = self.make(*look)
        return self._kept[look]

    def make(self, width: int, dark: bool, staff: bool, zone: str) -> BrowserContext:
        """A new one; the staff goes through the door once, and shows its cookie from then on."""
        context = self._browser.new_context(
            base_url=self._site.address,
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            timezone_id=zone,
            locale="en-GB",
            accept_downloads=True,
            storage_state=self._signed_in[0] if staff and self._signed_in else None,
        )
        context.set_default_timeout(30_000)
        if staff and not self._signed_in:
            page = context.new_page()
            sign_in(page, self._site)
            page.close()
            self._signed_in.append(context.storage_state())
        return context


@pytest.fixture(scope="session")
def _signed_in() -> list[StorageState]:
    """What the browser keeps of a sign-in, once there was one."""
    return []


@pytest.fixture(scope="module")
def _contexts(site: Site, browser: Browser, _signed_in: list[StorageState]) -> _Contexts:
    return _Contexts(browser, site, _signed_in)


@pytest.fixture
def visit(site: Site, _contexts: _Contexts) -> Iterator[Visit]:
    """Opens pages, and fails the test for what no page may do."""
    wrong: list[str] = []
    pages: list[Page] = []
    own: list[BrowserContext] = []

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
        # A clock that was put forward, for one, would be so for all pages of the context.
        if prepare:
            own.append(_contexts.make(width, dark, staff, zone))
        page = (own[-1] if prepare else _contexts.get(width, dark, staff, zone)).new_page()
        pages.append(page)
        page.on("request", lambda request: wrong.extend(_foreign(site, request)))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("console", lambda said: wrong.extend(_complaint(said.type, said.text, tolerated)))
        if prepare:
            prepare(page)
        page.goto(path)
        return page

    yield open_page
    for opened in (*pages, *own):
        opened.close()
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
    # What it found in order is much, and takes longer to carry over than to find.
    found_wrong = page.evaluate(
        "axe.run({resultTypes: ['violations']}).then(answer => answer.violations)"
    )
    return [
        f"{found['id']} at {[(node['target'], node['failureSummary']) for node in found['nodes']]}"
        for found in found_wrong
        if found["impact"] in ("serious", "critical")
    ]


def in_every_look(page: Page) -> Iterator[tuple[int, bool]]:
    """Turns an open page round, from look to look."""
    for width, dark in LOOKS.values():
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.evaluate(STILL)
        yield width, dark


def _foreign(site: Site, request: Request) -> list[str]:
    own = (f"{site.address}/", "data:", f"blob:{site.address}/")
    return [] if request.url.startswith(own) else [f"asked another host: {request.url}"]


def _complaint(kind: str, text: str, tolerated: tuple[str, ...]) -> list[str]:
    # A policy that stops something says so here, too.
    if kind != "error" or any(part in text for part in tolerated):
        return []
    return [f"console: {text}"]


__all__ = [
    "CLICKED_LOOKS",
    "LOOKS",
    "Visit",
    "browser",
    "chromium",
    "executable",
    "findings",
    "in_every_look",
    "sign_in",
    "site",
    "visit",
]
