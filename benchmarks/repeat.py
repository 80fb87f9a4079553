"""Both sides in turn, several times. Ratios are made of neighbours in time: what else the machine
does meanwhile then hits both."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.benchmark import Ratio, Side

WARM_UP = 1
COUNTED = 5
TOLERANCE = 1e-9


class DifferentAnswersError(Exception):
    """The sides do not do the same work: nothing is measured."""


@dataclass(frozen=True)
class Figures:
    """What one side came to, repetition by repetition."""

    name: str
    values: list[float]
    peak: int | None = None
    """The most memory, in bytes; None where it was not looked at."""

    @property
    def median(self) -> float:
        """The one in the middle."""
        return median(self.values)


@dataclass(frozen=True)
class Measured:
    """The figures of both sides, and their ratios."""

    ours: Figures
    theirs: Figures
    ratios: list[float]
    load: float
    """What waited for the processors at the end, on average over a minute."""

    @property
    def ratio(self) -> float:
        """The one in the middle."""
        return median(self.ratios)


def alternate(ours: Side, theirs: Side, ratio: Ratio, say: Callable[[str], None]) -> Measured:
    """Measure both in turn, the first one changing. Raises DifferentAnswersError."""
    same(ours, theirs)
    figures: dict[str, list[float]] = {"ours": [], "theirs": []}
    peaks: dict[str, int | None] = {"ours": None, "theirs": None}
    for number in range(WARM_UP + COUNTED):
        pair = [("ours", ours), ("theirs", theirs)]
        for which, side in pair if number % 2 else reversed(pair):
            figure = side.measure()
            if number >= WARM_UP:
                figures[which].append(figure)
            if side.peak is not None:
                peaks[which] = max(peaks[which] or 0, side.peak())
            say(f"    {side.name}: {figure:.4g} {ratio.unit}")
    same(ours, theirs)
    ratios = [ratio.of(*both) for both in zip(figures["ours"], figures["theirs"], strict=True)]
    return Measured(
        Figures(ours.name, figures["ours"], peaks["ours"]),
        Figures(theirs.name, figures["theirs"], peaks["theirs"]),
        ratios,
        os.getloadavg()[0],
    )


def same(ours: Side, theirs: Side) -> None:
    """Do both give the same, floats to 1e-9? DifferentAnswersError shows where they part."""
    mine, other = ours.answer(), theirs.answer()
    if alike(mine, other):
        return
    if isinstance(mine, list) and isinstance(other, list):
        if len(mine) != len(other):
            raise DifferentAnswersError(
                f"{ours.name} gives {len(mine)} rows, {theirs.name} {len(other)}"
            )
        mine, other = next(both for both in zip(mine, other, strict=True) if not alike(*both))
    raise DifferentAnswersError(
        f"{ours.name} gives {str(mine)[:600]}\n{theirs.name} gives {str(other)[:600]}"
    )


def alike(mine: object, other: object) -> bool:
    """The same, but for what floats lose on their way."""
    if mine == other:
        return True
    if isinstance(mine, list | tuple) and isinstance(other, list | tuple):
        return len(mine) == len(other) and all(map(alike, mine, other))
    if isinstance(mine, float) and isinstance(other, int | float):
        return abs(mine - other) < TOLERANCE
    return False
