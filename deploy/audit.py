"""Known weaknesses of what the product runs on: `make audit`.

Asks the services that pip-audit and npm ask. Ends with status 0 when nothing is known, 1 when
something is, and 3 when a service could not be asked, so that nobody takes silence for an answer.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from dashboard.node import NoNodeError, find_node  # noqa: E402

NOTHING_KNOWN, KNOWN, NOT_ASKED = 0, 1, 3
SECONDS = 300


class NotAskedError(Exception):
    """The service gave no answer; the message is what the tool said."""


def of_python() -> list[str]:
    """Weaknesses of the packages in requirements.txt."""
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json"]
    options = ["--disable-pip", "--require-hashes", "--requirement", str(ROOT / "requirements.txt")]
    found = _answer([*command, *options])
    packages = found.get("dependencies", [])
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if skipped or not packages:
        raise NotAskedError(f"not looked at: {', '.join(skipped) or 'all packages'}")
    return [
        f"{one['name']} {one['version']}: {weakness['id']}, mended in "
        f"{', '.join(weakness['fix_versions']) or 'no version'}"
        for one in packages
        for weakness in one["vulns"]
    ]


def of_front_end() -> list[str]:
    """Weaknesses of the packages that end in the built pages."""
    try:
        npm = find_node().npm
    except NoNodeError as error:
        raise NotAskedError(str(error)) from error
    found = _answer([*npm, "audit", "--omit=dev", "--json"], ROOT / "dashboard" / "frontend")
    if "vulnerabilities" not in found:
        raise NotAskedError(str(found.get("message") or found.get("error") or found)[:300])
    return [f"{name}: {one['severity']}" for name, one in found["vulnerabilities"].items()]


def _answer(command: list[str], folder: Path = ROOT) -> dict[str, Any]:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError) as error:
        said = "" if isinstance(error, subprocess.TimeoutExpired) else done.stderr
        last = [line for line in said.strip().splitlines() if line][-1:]
        raise NotAskedError("".join(last)[:300] or "no answer came in time") from error
    if not isinstance(answer, dict):
        raise NotAskedError("the answer is not what it should be")
    return answer


def main() -> int:
    """Ask both; the worst counts."""
    status = NOTHING_KNOWN
    asked: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("Python", of_python),
        ("front end", of_front_end),
    )
    for title, ask in asked:
        try:
            known = ask()
        except NotAskedError as error:
            print(f"{title}: COULD NOT BE ASKED, so nothing is known: {error}")
            status = max(status, NOT_ASKED)
            continue
        print(f"{title}: {len(known)} weaknesses are known")
        for line in known:
            print(f"  {line}")
        if known:
            status = max(status, KNOWN)
    return status


if __name__ == "__main__":
    sys.exit(main())
