"""Measures: `python -m benchmarks`, or a part: `python -m benchmarks rest graphql-page`."""

import shutil
import signal
import sys
import tempfile
from pathlib import Path

from benchmarks.benchmark import NotAvailableError
from benchmarks.load import LoadError
from benchmarks.repeat import DifferentAnswersError, alternate
from benchmarks.results import Results
from benchmarks.servers import StartError
from benchmarks.stage import Stage
from benchmarks.suite import ALL, chosen

CACHE = Path(__file__).parent.parent / ".bench"


def main(words: list[str]) -> int:
    """Measure what the words name, keep it and publish it. The status tells of different answers
    and of goals that were missed."""
    try:
        benchmarks = chosen(words)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    # Whoever ends the suite ends its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    results, wrong = Results(), []
    CACHE.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=CACHE))
    try:
        with Stage(folder, CACHE) as stage:
            for one in benchmarks:
                print(f"{one.name}: {one.work}", flush=True)
                try:
                    measured = alternate(*one.sides(stage), one.ratio, _say)
                except NotAvailableError as error:
                    _say(f"    not measured: {error}")
                    results.write(one, str(error))
                    continue
                except (DifferentAnswersError, LoadError, StartError) as error:
                    print(f"error: {one.name}: not counted: {error}", file=sys.stderr, flush=True)
                    wrong.append(one.name)
                    continue
                results.write(one, measured)
                _say(f"  {measured.ratio:.2f} {one.ratio.value}")
                if one.must is not None and not one.ratio.holds(measured.ratio, one.must):
                    wrong.append(one.name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        results.publish(ALL)
    if wrong:
        print(f"error: missed or not counted: {', '.join(wrong)}", file=sys.stderr)
    return int(bool(wrong))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
