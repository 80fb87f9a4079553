"""Measures what an hour costs and renews docs/scale.md: `python -m benchmarks.scale`; with `page`
the tables alone, from what was measured before."""

import shutil
import signal
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.scale import page
from benchmarks.scale.measure import measured
from benchmarks.stage import Stage

CACHE = Path(__file__).parent.parent.parent / ".bench"


def main(words: list[str]) -> int:
    """Measure, unless `page` is asked for, and publish."""
    if words not in ([], ["page"]):
        print(f"error: {' '.join(words)}: only `page` can be asked for", file=sys.stderr)
        return 2
    if not words:
        # Whoever ends the suite ends its servers, too.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        CACHE.mkdir(exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="scale-", dir=CACHE))
        try:
            with Stage(folder, CACHE) as stage:
                cases = measured(stage, _say)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        page.write({"measured_at": today, "machine": machine(), "cases": cases})
    page.publish(page.read())
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
