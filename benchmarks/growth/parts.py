"""The parts of the measurement, in the order of the page."""

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.growth import million
from benchmarks.growth.backfills import backfills
from benchmarks.growth.reads import Say, reads
from benchmarks.growth.results import curves_as_data
from benchmarks.growth.runs import runs
from benchmarks.stage import Stage

Measure = Callable[[Stage, Say], dict[str, Any]]


def _runs(stage: Stage, say: Say) -> dict[str, Any]:
    return {"curves": curves_as_data(runs(stage, say))}


def _backfills(stage: Stage, say: Say) -> dict[str, Any]:
    curve, rooms = backfills(stage, say)
    return {"curves": curves_as_data([curve]), "rooms": [room.as_data() for room in rooms]}


def _reads(stage: Stage, say: Say) -> dict[str, Any]:
    curves, pages = reads(stage, say)
    return {"curves": curves_as_data(curves), "pages": pages}


def _million(stage: Stage, say: Say) -> dict[str, Any]:
    return {
        "commands": million.commands(stage, say),
        "questions": million.questions(stage, say),
    }


PARTS: dict[str, Measure] = {
    "runs": _runs,
    "backfills": _backfills,
    "reads": _reads,
    "million": _million,
}


def chosen(only: Sequence[str]) -> list[str]:
    """The parts that the words name; all of them without any."""
    found = [part for part in PARTS if not only or part in only]
    if set(only) - set(found):
        raise ValueError(f"no part is called so; there are {', '.join(PARTS)}")
    return found
