"""The tables of `docs/scale.md`, made of what was measured."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from benchmarks.scale.needs import backfill_rate, need

RESULTS = Path(__file__).parent.parent / "results" / "scale.json"
PAGE = Path(__file__).parent.parent.parent / "docs" / "scale.md"
TARGETS = (1_000_000, 100_000_000)


def read() -> dict[str, Any]:
    """What was measured last."""
    content: dict[str, Any] = orjson.loads(RESULTS.read_bytes())
    return content


def write(content: Mapping[str, Any]) -> None:
    """Keep what was measured."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    RESULTS.write_bytes(orjson.dumps(content, option=options))


def rendered(text: str, content: Mapping[str, Any]) -> str:
    """The page with its tables made anew."""
    for name, lines in (("costs", costs(content)), ("needs", needs(content))):
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = "\n".join([before + begin, *lines, end + after])
    return text


def publish(content: Mapping[str, Any]) -> None:
    """Put the tables into the page."""
    PAGE.write_text(rendered(PAGE.read_text(), content))


def costs(content: Mapping[str, Any]) -> Iterator[str]:
    """What was measured: a column for each case."""
    cases = content["cases"]
    yield from _head("customers report", cases)
    rows = {
        "customers": lambda case: f"{case['customers']:,}",
        "backfill: customer-hours a second, one worker": lambda case: f"{backfill_rate(case):,.0f}",
        "first run of a day, as a command": lambda case: f"{case['day']['wall']:.1f} s",
        "hourly run, as a command": lambda case: f"{case['hour']['wall']:.1f} s",
        "of the hourly run: processors in the command": lambda case: (
            f"{case['hour']['product']:.1f} s"
        ),
        "processors in the database of results": lambda case: f"{case['hour']['results']:.1f} s",
        "processors in the source": lambda case: f"{case['hour']['source']:.1f} s",
        "write-ahead log of an hour": lambda case: _bytes(case["hour"]["log_bytes"]),
        "bytes of a count, with its indexes": lambda case: f"{case['bytes']['counts']:.0f}",
        "bytes of a score, with its indexes": lambda case: f"{case['bytes']['scores']:.0f}",
    } | {
        f"step `{step}`": (lambda case, step=step: f"{case['hour']['steps'][step]:.2f} s")
        for step in next(iter(cases.values()))["hour"]["steps"]
    }
    for name, cell in rows.items():
        yield _cells(name, *(cell(case) for case in cases.values()))
    yield ""
    machine = ", ".join(f"{name} {value}" for name, value in content["machine"].items())
    yield f"Measured on: {machine}."


def needs(content: Mapping[str, Any]) -> Iterator[str]:
    """What the targets need: a column for each target and case."""
    found = {
        f"{customers // 1_000_000} M, {name}": need(case, customers)
        for customers in TARGETS
        for name, case in content["cases"].items()
    }
    yield from _head("customers, which report", found)
    rows = {
        "customers with reports in an hour": lambda one: f"{one.counts:,.0f}",
        "rows a second, on average": lambda one: f"{one.rows_a_second:,.0f}",
        "on disk, a day": lambda one: _bytes(one.bytes_a_day),
        "on disk, a year": lambda one: _bytes(one.bytes_a_year),
        "write-ahead log, a day": lambda one: _bytes(one.log_a_day),
        "hourly run, one worker alone": lambda one: _seconds(one.alone),
        "shards of about a minute": lambda one: f"{one.shards:,}",
        "workers (simulated)": lambda one: f"{one.workers:,}",
        "connections of workers": lambda one: f"{one.connections:,}",
        "processors of the results, for ten minutes": lambda one: f"{one.results_processors:,.1f}",
        "processors of the source, for ten minutes": lambda one: f"{one.source_processors:,.1f}",
        "backfill of a year by these workers": lambda one: f"{one.days_for_a_year:,.1f} days",
    }
    for name, cell in rows.items():
        yield _cells(name, *map(cell, found.values()))


def _head(first: str, columns: Iterable[str]) -> Iterator[str]:
    names = list(columns)
    yield _cells(first, *names)
    yield "|".join(["", "---", *["---:"] * len(names), ""])


def _cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _seconds(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def _bytes(number: float) -> str:
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if number < 1000:
            return f"{number:,.3g} {unit}"
        number /= 1000
    return f"{number:,.3g} PB"
