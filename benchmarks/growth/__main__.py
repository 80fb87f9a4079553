"""Measures growth: `python -m benchmarks.growth`, or parts of it: `… reads backfills`."""

import shutil
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.benchmark import NotAvailableError
from benchmarks.growth.parts import PARTS, chosen
from benchmarks.growth.plots import draw
from benchmarks.growth.results import Results, faults
from benchmarks.stage import Stage

CACHE = Path(__file__).parent.parent.parent / ".bench"


def main(words: list[str]) -> int:
    """Measure, keep, draw and publish. The status tells of what grows faster than its size or
    takes too much memory."""
    try:
        parts = chosen(words)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    # Whoever ends the suite ends its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results = Results()
    CACHE.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="growth-", dir=CACHE))
    try:
        with Stage(folder, CACHE) as stage:
            for part in parts:
                _say(part)
                results.write(part, PARTS[part](stage, _say))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        results.publish(list(PARTS))
    wrong = [fault for part in parts for fault in faults(results.read(part))]
    try:
        draw(results, CACHE)
    except NotAvailableError as error:
        wrong.append(str(error))
    for fault in wrong:
        print(f"error: {fault}", file=sys.stderr)
    return int(bool(wrong))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
