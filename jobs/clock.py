"""Windows as whole hours since 1970-01-01 UTC, and back; and how long ago something was."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

HOUR = 3600
CLOCK_TOLERANCE = timedelta(minutes=5)
"""So far apart the clocks of two machines may be without harm."""


def to_hour(instant: datetime) -> int:
    """The window in which an instant lies. The instant must have a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant} has no time zone")
    return int(instant.timestamp() // HOUR)


def from_hour(hour: int) -> datetime:
    """The start of a window."""
    return datetime.fromtimestamp(hour * HOUR, UTC)


def show_hour(hour: int) -> str:
    """The start of a window as people read it."""
    return f"{from_hour(hour):%Y-%m-%d %H:%M}Z"


def slices(hours: Iterable[int], longest: int) -> Iterator[range]:
    """Runs of consecutive hours, rising, none longer than `longest`."""
    array = np.unique(np.fromiter(hours, dtype=np.int64))
    if not len(array):
        return
    for run in np.split(array, np.flatnonzero(np.diff(array) != 1) + 1):
        for start in range(0, len(run), longest):
            part = run[start : start + longest]
            yield range(int(part[0]), int(part[-1]) + 1)


def spread(hours: NDArray[np.int64], reach: int) -> list[range]:
    """The hours from each given one up to `reach` hours later (exclusive), merged into ranges."""
    merged: list[range] = []
    for hour in np.unique(hours).tolist():
        if merged and hour <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, hour + reach)
        else:
            merged.append(range(hour, hour + reach))
    return merged


@dataclass(frozen=True)
class Stopwatch:
    """Runs since it was made. The longer of two times counts: one clock stands still while the
    machine sleeps, the other one may be set."""

    _steady: float = field(default_factory=time.monotonic)
    _on_the_wall: float = field(default_factory=time.time)

    @property
    def passed(self) -> timedelta:
        """The time since then, at most."""
        times = time.monotonic() - self._steady, time.time() - self._on_the_wall
        return timedelta(seconds=max(times))
