"""What a benchmark is: the same work done in two ways, and what their ratio has to be."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.stage import Stage


class NotAvailableError(Exception):
    """A side cannot be measured here; the message says why, and what to do."""


class Ratio(Enum):
    """How two figures are set against each other."""

    RATE = "of the rate"
    """Figures are times per second: ours / theirs, more is better."""
    TIME = "of the time"
    """Figures are seconds: ours / theirs, less is better."""
    FASTER = "as fast"
    """Figures are seconds: theirs / ours, more is better."""

    @property
    def unit(self) -> str:
        """Of a figure."""
        return "/s" if self is Ratio.RATE else "s"

    def of(self, ours: float, theirs: float) -> float:
        """The ratio of two figures."""
        return theirs / ours if self is Ratio.FASTER else ours / theirs

    def holds(self, ratio: float, goal: float) -> bool:
        """Is the goal reached?"""
        return ratio <= goal if self is Ratio.TIME else ratio >= goal


@dataclass(frozen=True)
class Side:
    """One way of doing the work. `measure` does it once and gives the figure; `answer` gives what
    comes out, in a form that is the same for both sides; `peak`, where it is known, how many bytes
    of memory the last measured run had at most."""

    name: str
    measure: Callable[[], float]
    answer: Callable[[], object]
    peak: Callable[[], int] | None = None


@dataclass(frozen=True)
class Benchmark:
    """Ours against theirs. `sides` makes both ready and raises NotAvailableError where it
    cannot. Without `must` it is shown for information."""

    name: str
    """What `ONLY=` takes; a file in `benchmarks/results` is called so."""
    work: str
    ratio: Ratio
    sides: Callable[["Stage"], tuple[Side, Side]]
    must: float | None = None
    aim: float | None = None
