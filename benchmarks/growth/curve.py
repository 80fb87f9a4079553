"""What work takes at rising sizes, and whether it grows faster than they do."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from statistics import median

from benchmarks.processes import Taken

LINEAR = 1.1
"""A fitted exponent up to this is linear, give or take what the machine did meanwhile."""


@dataclass(frozen=True)
class Point:
    """What was taken at one size, repetition by repetition: seconds of processors and of the
    clock, bytes of memory at the peak."""

    size: int
    processor: Sequence[float]
    wall: Sequence[float]
    memory: Sequence[int]

    @classmethod
    def of(cls, size: int, taken: Sequence[Taken]) -> "Point":
        """From what processes took."""
        return cls(
            size,
            [one.processor for one in taken],
            [one.wall for one in taken],
            [one.memory for one in taken],
        )

    @property
    def seconds(self) -> float:
        """Of processors: the one in the middle."""
        return median(self.processor)

    @property
    def peak(self) -> int:
        """Bytes: the worst."""
        return max(self.memory)


@dataclass(frozen=True)
class Curve:
    """One kind of work at rising sizes."""

    work: str
    points: Sequence[Point]

    @property
    def exponent(self) -> float:
        """How fast it grows between the two largest sizes: 1 is in proportion to the size."""
        *_, before, last = self.points
        return log(last.seconds / before.seconds) / log(last.size / before.size)

    @property
    def linear(self) -> bool:
        """Does it grow no faster than its size?"""
        return self.exponent <= LINEAR
