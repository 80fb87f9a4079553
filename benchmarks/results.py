"""What was measured, as files, and the table that is made of them.

Each benchmark has a file of its own, so that a part of the suite renews its own rows alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks.benchmark import Benchmark
from benchmarks.machine import machine
from benchmarks.repeat import Figures, Measured

FOLDER = Path(__file__).parent / "results"
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- benchmarks: begin -->", "<!-- benchmarks: end -->"
HEAD = (
    "| work | ours | theirs | ratio | must | aim |",
    "|---|---|---|---|---|---|",
)
NOT_YET = {"not_available": "`make bench` has not come to it yet"}


@dataclass(frozen=True)
class Results:
    """The files and the page."""

    folder: Path = FOLDER
    page: Path = PAGE

    def write(self, benchmark: Benchmark, outcome: Measured | str) -> None:
        """Keep what came out; a text says why nothing could be measured."""
        self.folder.mkdir(exist_ok=True)
        content = {
            "measured_at": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine(),
            "ratio": benchmark.ratio.value,
            **(
                {"not_available": outcome}
                if isinstance(outcome, str)
                else {
                    "ours": _side(outcome.ours),
                    "theirs": _side(outcome.theirs),
                    "ratios": outcome.ratios,
                    "load": outcome.load,
                }
            ),
        }
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        self._file(benchmark).write_bytes(orjson.dumps(content, option=options))

    def publish(self, benchmarks: Sequence[Benchmark]) -> None:
        """Put the table of all files into the page, between its marks."""
        put_between(self.page, BEGIN, END, self._table(benchmarks))

    def _table(self, benchmarks: Sequence[Benchmark]) -> Iterable[str]:
        found = [(one, self._read(one)) for one in benchmarks]
        yield from HEAD
        yield from (_row(one, content or NOT_YET) for one, content in found)
        yield ""
        machines = {
            ", ".join(f"{name} {value}" for name, value in content["machine"].items())
            for _, content in found
            if content
        }
        yield from (f"Measured on: {one}." for one in sorted(machines))
        loads = [content["load"] for _, content in found if "load" in content]
        if loads:
            yield (
                f"Besides that the machine had other things to do: {min(loads):.1f} to "
                f"{max(loads):.1f} processes wanted to run, the benchmark's own among them."
            )

    def _file(self, benchmark: Benchmark) -> Path:
        return self.folder / f"{benchmark.name}.json"

    def _read(self, benchmark: Benchmark) -> dict[str, Any]:
        file = self._file(benchmark)
        content: dict[str, Any] = orjson.loads(file.read_bytes()) if file.exists() else {}
        return content


def put_between(page: Path, begin: str, end: str, lines: Iterable[str]) -> None:
    """Put lines into a page, in place of what stands between two marks."""
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(before + "\n".join([begin, *lines, end]) + after)


def _side(figures: Figures) -> dict[str, Any]:
    peak = {} if figures.peak is None else {"peak_bytes": figures.peak}
    return {"name": figures.name, "values": figures.values, **peak}


def _row(benchmark: Benchmark, content: dict[str, Any]) -> str:
    goals = [_goal(benchmark, goal) for goal in (benchmark.must, benchmark.aim)]
    if "not_available" in content:
        return _cells(benchmark.work, content["not_available"], "", "not measured", *goals)
    unit = benchmark.ratio.unit
    middle = sorted(content["ratios"])[len(content["ratios"]) // 2]
    return _cells(
        benchmark.work,
        _figures(content["ours"], unit),
        _figures(content["theirs"], unit),
        f"**{middle:.2f}** ({min(content['ratios']):.2f} to {max(content['ratios']):.2f})"
        + _verdict(benchmark, middle),
        *goals,
    )


def _verdict(benchmark: Benchmark, ratio: float) -> str:
    if benchmark.must is None:
        return ""
    if not benchmark.ratio.holds(ratio, benchmark.must):
        return " missed"
    aim = benchmark.aim
    return " aim" if aim is not None and benchmark.ratio.holds(ratio, aim) else " must"


def _goal(benchmark: Benchmark, goal: float | None) -> str:
    return "" if goal is None else f"{'≤' if not benchmark.ratio.holds(2, 1) else '≥'} {goal:g}"


def _figures(side: dict[str, Any], unit: str) -> str:
    values = sorted(side["values"])
    middle = values[len(values) // 2]
    memory = f", {side['peak_bytes'] / 1e6:.0f} MB" if "peak_bytes" in side else ""
    return f"{side['name']}: {middle:.4g} {unit} ({values[0]:.4g} to {values[-1]:.4g}){memory}"


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
