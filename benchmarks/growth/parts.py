"""The parts of the measurement, in the order of the page."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.growth import million
from benchmarks.growth.backfills import backfills
from benchmarks.growth.reads import Say, reads
from benchmarks.growth.results import curves_as_data
from benchmarks.growth.runs import runs
from benchmarks.growth.sizes import as_data, sizes
from benchmarks.stage import Stage

Measure = Callable[[Stage, Say], dict[str, Any]]


def _runs(stage: Stage, say: Say) -> dict[str, Any]:
    return {"curves": curves_as_data(runs(stage, say))}


def _backfills(stage: Stage, say: Say) -> dict[str, Any]:
    return {"curves": curves_as_data([backfills(stage, say)])}


def _reads(stage: Stage, say: Say) -> dict[str, Any]:
    curves, pages = reads(stage, say)
    return {"curves": curves_as_data(curves), "pages": pages}


def _million(stage: Stage, say: Say) -> dict[str, Any]:
    return {
        "commands": million.commands(stage, say),
        "questions": million.questions(stage, say),
    }


def _sizes(stage: Stage, say: Say) -> dict[str, Any]:
    return as_data(sizes(stage, say))


PARTS: dict[str, Measure] = {
    "runs": _runs,
    "backfills": _backfills,
    "reads": _reads,
    "million": _million,
    "sizes": _sizes,
}


def chosen(only: Sequence[str]) -> list[str]:
    """The parts that the words name; all of them without any."""
    found = [part for part in PARTS if not only or part in only]
    if set(only) - set(found):
        raise ValueError(f"no part is called so; there are {', '.join(PARTS)}")
    return found
