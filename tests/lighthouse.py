"""Lighthouse on the dashboard, over generated data: `python -m tests.lighthouse`.

Asks as much as the product promises: 100 for accessibility and best practices, 95 for performance.
Times are worth something on a machine that does nothing else. The package is fetched for the run.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from dashboard.node import find_node
from demo.servers import PostgresServer, ValkeyServer
from tests.browser import executable
from tests.site import running

VERSION = "12.8.2"
LEAST = {"accessibility": 100, "best-practices": 100, "performance": 95}
PRESETS = {"phone": [], "desk": ["--preset=desktop"]}


def main() -> int:
    """1 when a figure is less than was promised."""
    with sync_playwright() as playwright:
        browser = executable(playwright)
    if browser is None:
        print("There is no Chromium here.", file=sys.stderr)
        return 1
    failed = False
    with (
        tempfile.TemporaryDirectory(prefix="lighthouse-") as folder,
        PostgresServer(Path(folder) / "postgres", throwaway=True) as postgres,
        ValkeyServer(Path(folder) / "valkey", throwaway=True) as valkey,
        running(Path(folder), postgres, valkey, odd=False) as site,
    ):
        for preset, options in PRESETS.items():
            figures = _figures(site.address, browser, options, Path(folder) / f"{preset}.json")
            failed |= any(figures[name] < least for name, least in LEAST.items())
            print(f"{preset:6}", ", ".join(f"{name} {figures[name]}" for name in LEAST))
    return int(failed)


def _figures(address: str, browser: str, options: list[str], report: Path) -> dict[str, int]:
    node = find_node()
    command = [*node.npm, "exec", "--yes", f"lighthouse@{VERSION}", "--", f"{address}/", *options]
    command += ["--quiet", "--output=json", f"--output-path={report}"]
    command += ["--chrome-flags=--headless=new --no-sandbox"]
    path = os.pathsep.join([str(node.folder), os.environ.get("PATH", os.defpath)])
    environment = os.environ | {"CHROME_PATH": browser, "PATH": path}
    subprocess.run(command, env=environment, cwd=report.parent, check=True)
    categories = json.loads(report.read_text())["categories"]
    return {name: round(100 * categories[name]["score"]) for name in LEAST}


if __name__ == "__main__":
    sys.exit(main())
