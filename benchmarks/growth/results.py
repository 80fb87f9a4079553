"""What was measured, as files, and the tables and plots that are made of them.

Each part has a file of its own, so that a part of the suite renews its own tables alone.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks import results
from benchmarks.growth.curve import Curve, Point
from benchmarks.growth.sizes import INDUSTRIES, Size, from_data
from benchmarks.machine import machine

FOLDER = results.FOLDER / "growth"
BEGIN, END = "<!-- growth: begin -->", "<!-- growth: end -->"
SIZES_PAGE = results.PAGE.with_name("operations.md")
SIZES = "<!-- sizes: begin -->", "<!-- sizes: end -->"
MEMORY_LIMIT = 1_000_000_000
"""Bytes that no command may take."""
MILLI, MEGA, GIGA = 1e3, 1e6, 1e9


@dataclass(frozen=True)
class Results:
    """The files and the pages."""

    folder: Path = FOLDER
    page: Path = results.PAGE
    sizes_page: Path = SIZES_PAGE

    def write(self, part: str, content: Mapping[str, Any]) -> None:
        """Keep what a part came to."""
        self.folder.mkdir(parents=True, exist_ok=True)
        found = {
            "measured_at": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine(),
            "load": os.getloadavg()[0],
            **content,
        }
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        self._file(part).write_bytes(orjson.dumps(found, option=options))

    def read(self, part: str) -> dict[str, Any]:
        """What a part came to, the last time; empty when it never was measured."""
        file = self._file(part)
        found: dict[str, Any] = orjson.loads(file.read_bytes()) if file.exists() else {}
        return found

    def _file(self, part: str) -> Path:
        return self.folder / f"{part}.json"

    def publish(self, parts: Sequence[str]) -> None:
        """Put the tables into the pages, between their marks."""
        shown = [part for part in parts if part in SECTIONS]
        found = {part: content for part in shown if (content := self.read(part))}
        lines = [line for part, content in found.items() for line in _section(part, content)]
        results.put_between(self.page, BEGIN, END, [*lines, *_machines(found.values())])
        if sizes := self.read("sizes"):
            results.put_between(self.sizes_page, *SIZES, _size_table(sizes))


def curves_as_data(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    """For a file."""
    return [asdict(curve) for curve in curves]


def curves_of(content: Mapping[str, Any]) -> list[Curve]:
    """From a file."""
    return [
        Curve(curve["work"], [Point(**point) for point in curve["points"]])
        for curve in content.get("curves", [])
    ]


def faults(content: Mapping[str, Any]) -> list[str]:
    """What grows faster than its size, and what takes too much memory."""
    steep = [
        f"{curve.work} grows with the power {curve.exponent:.2f}"
        for curve in curves_of(content)
        if not curve.linear
    ]
    peaks = [(row["work"], row["memory"]) for row in content.get("commands", [])]
    peaks += [
        (f"{curve.work}, size {point.size:,}", point.peak)
        for curve in curves_of(content)
        for point in curve.points
    ]
    return steep + [f"{work} takes {_mega(peak)}" for work, peak in peaks if peak >= MEMORY_LIMIT]


def _section(part: str, content: Mapping[str, Any]) -> Iterator[str]:
    title, size, unit, scale = SECTIONS[part]
    yield from (f"### {title}", "")
    if "curves" in content:
        yield from (f"![{title}](images/growth-{part}.svg)", "")
        yield from _curve_table(curves_of(content), size, unit, scale)
    if "commands" in content:
        yield from _command_table(content["commands"])
    if "questions" in content:
        yield from _question_table(content["questions"])
    if "pages" in content:
        yield from _page_table(content["pages"])


SECTIONS = {
    "runs": ("Runs, by reporting customers", "customers", "s", 1.0),
    "backfills": ("Backfill, by days", "days", "s", 1.0),
    "reads": ("Reads, by the rows behind them", "times the rows", "ms", MILLI),
    "million": ("At a million customers", "", "", 1.0),
}
"""Each part but that of room on disk: what its tables are called, what sizes count, and the unit of
its times."""


def _curve_table(curves: Sequence[Curve], size: str, unit: str, scale: float) -> Iterator[str]:
    sizes = [point.size for point in curves[0].points]
    yield _cells("work", *(f"{one:,} {size}" for one in sizes), "grows with the power", "")
    yield _ruler(len(sizes) + 3)
    for curve in curves:
        yield _cells(
            curve.work,
            *(f"{point.seconds * scale:.3g} {unit}, {_mega(point.peak)}" for point in curve.points),
            f"**{curve.exponent:.2f}**",
            "linear or better" if curve.linear else "worse than linear",
        )
    yield ""


def _size_table(content: Mapping[str, Any]) -> Iterator[str]:
    found = from_data(content)
    rows: dict[str, Callable[[Size], str]] = {
        "a customer's reports in a window: its counts and its score, 2 rows": lambda size: (
            f"{size.of_reports:,.0f} bytes"
        ),
        f"a window: itself, {INDUSTRIES} industries, the total": lambda size: (
            f"{size.of_window:,.0f} bytes"
        ),
        "all windows of a year, without reports": lambda size: _mega(size.of_a_year(0)),
        "a customer that reports in every window, in a year": lambda size: (
            f"{(size.of_a_year(1) - size.of_a_year(0)) / MEGA:.1f} MB"
        ),
        "a year of 200 customers that report in every window": lambda size: _giga(
            size.of_a_year(200)
        ),
        "a year of 10,000 customers, each in one window of ten": lambda size: _giga(
            size.of_a_year(10_000, every=10)
        ),
    }
    yield _cells("", *(size.database for size in found))
    yield _ruler(len(found) + 1)
    yield from (_cells(what, *map(shown, found)) for what, shown in rows.items())
    yield from ("", next(_machines([content])))


def _command_table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield _cells("command", "processor", "clock", "peak memory")
    yield _ruler(4)
    for row in rows:
        verdict = "" if row["memory"] < MEMORY_LIMIT else ": too much"
        yield _cells(
            f"`{row['work']}`" if " (" not in row["work"] else row["work"],
            f"{row['processor']:.3g} s",
            f"{row['wall']:.3g} s",
            _mega(row["memory"]) + verdict,
        )
    yield ""


def _question_table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield _cells("read", "first after a run", "again")
    yield _ruler(3)
    for row in rows:
        first, again = (row[name] * MILLI for name in ("processor", "again"))
        yield _cells(row["work"], f"{first:.3g} ms", f"{again:.3g} ms")
    yield ""


def _page_table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield _cells("100,000 customers, 50 a page", "again")
    yield _ruler(2)
    yield from (_cells(row["work"], f"{row['processor'] * MILLI:.3g} ms") for row in rows)
    yield ""


def _machines(contents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    found = list(contents)
    machines = {", ".join(f"{k} {v}" for k, v in one["machine"].items()) for one in found}
    yield from (f"Measured on: {one}." for one in sorted(machines))
    loads = [one["load"] for one in found]
    if loads:
        yield (
            f"Processes that wanted to run, the benchmark's own among them: {min(loads):.1f} to "
            f"{max(loads):.1f}."
        )


def _mega(size: float) -> str:
    return f"{size / MEGA:,.0f} MB"


def _giga(size: float) -> str:
    return f"{size / GIGA:.1f} GB"


def _ruler(columns: int) -> str:
    return f"|{'---|' * columns}"


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
