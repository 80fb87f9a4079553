"""Pictures of the dashboard for the README, over generated data: `python -m tests.screenshots`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from demo.servers import PostgresServer, ValkeyServer
from tests.browser import chromium
from tests.processes import ROOT
from tests.site import running

IMAGES = ROOT / "docs" / "images"
PICTURES = (
    ("desk-light", "/", 1280, 960, "light"),
    ("desk-dark", "/?range=30d&order=falling", 1280, 960, "dark"),
    ("customer-light", "/?range=30d&customer=1", 1280, 960, "light"),
    ("phone-light", "/", 390, 844, "light"),
    ("phone-dark", "/?range=30d&customer=1", 390, 844, "dark"),
)


def main() -> None:
    """Start a site, take the pictures, end it."""
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="screenshots-") as folder,
        PostgresServer(Path(folder) / "postgres", throwaway=True) as postgres,
        ValkeyServer(Path(folder) / "valkey", throwaway=True) as valkey,
        running(Path(folder), postgres, valkey, odd=False) as site,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        for name, path, width, height, scheme in PICTURES:
            page = _open(browser, site.address, width, height, scheme)
            page.goto(path)
            expect(page.locator(".customers tbody tr").first).to_be_attached()
            expect(page.locator(".skeleton, [aria-busy=true], .busy")).to_have_count(0)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=IMAGES / f"{name}.png")
            page.context.close()
            print(f"docs/images/{name}.png")


def _open(browser: Browser, address: str, width: int, height: int, scheme: str) -> Page:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    return context.new_page()


if __name__ == "__main__":
    main()
