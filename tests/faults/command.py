"""Commands as processes, and what they say when something is broken."""

import subprocess
import sys
from collections.abc import Callable

from tests.processes import ROOT, environment

FINITE_SECONDS = 120
"""Whoever waits longer here would wait for ever."""


def manage(
    *arguments: str, before: Callable[[], None] | None = None, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` on this test's database to its end. `before` it the process does something
    to itself; `changes` are to its environment."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        cwd=ROOT,
        env=environment("") | changes,
        capture_output=True,
        text=True,
        timeout=FINITE_SECONDS,
        preexec_fn=before,
        check=False,
    )


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line in which a command has said why it failed."""
    assert done.returncode == 1, done.stdout + done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line.removeprefix("CommandError: ")
