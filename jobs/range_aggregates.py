"""Aggregates of a whole range at once. Pure: numpy in, numpy out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NEVER = 2**23
"""An hour that no window reaches."""


@dataclass(frozen=True)
class ScoreRows:
    """Current scores, sorted by customer, then hour: flat arrays. `group` numbers what is
    aggregated over; `half` is half the width of the score's interval; `gone` is the hour from
    which on the customer is inactive (NEVER: it is active)."""

    customer: NDArray[np.int64]
    hour: NDArray[np.int64]
    group: NDArray[np.int64]
    score: NDArray[np.float64]
    raw: NDArray[np.float64]
    half: NDArray[np.float64]
    fn: NDArray[np.int64]
    fp: NDArray[np.int64]
    gone: NDArray[np.int64]

    @property
    def customers(self) -> int:
        """How many customers have one."""
        return int(np.count_nonzero(np.diff(self.customer))) + bool(len(self.customer))


@dataclass(frozen=True)
class Aggregates:
    """One row per group and hour with anything to say; `columns` by the names of the model."""

    group: NDArray[np.int64]
    hour: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]

    @classmethod
    def together(cls, parts: Iterable["Aggregates"]) -> "Aggregates":
        """Those of all parts, of which there is one at least."""
        every = list(parts)
        return cls(
            np.concatenate([part.group for part in every]),
            np.concatenate([part.hour for part in every]),
            {
                name: np.concatenate([part.columns[name] for part in every])
                for name in every[0].columns
            },
        )


def aggregate(
    rows: ScoreRows, hours: NDArray[np.int64], standing_hours: int, keep_empty: bool
) -> Aggregates:
    """The aggregates of the given windows (rising).

    A score stands from its window until the customer's next one, at most `standing_hours`, and
    not after the customer is gone. With `keep_empty` every window has a row for group 0.
    """
    groups = int(np.max(rows.group, initial=0)) + 1
    in_window = _Sums(rows, *_in_windows(rows, hours), len(hours), groups)
    standing = _Sums(rows, *_standing(rows, hours, standing_hours), len(hours), groups)
    present = (in_window.count > 0) | (standing.count > 0) | keep_empty
    cell = np.flatnonzero(present)
    half = np.sqrt(standing.of(rows.half**2)) / np.maximum(standing.count, 1)
    mean = standing.mean(rows.score)
    columns = {
        "total_customers": in_window.count,
        "avg_sentiment_score": in_window.mean(rows.score),
        "avg_raw_score": in_window.mean(rows.raw),
        "total_fn_count": in_window.of(rows.fn).astype(np.int64),
        "total_fp_count": in_window.of(rows.fp).astype(np.int64),
        "standing_customers": standing.count,
        "standing_sentiment_score": mean,
        "standing_low": np.clip(mean - half, 0.0, 1.0),
        "standing_high": np.clip(mean + half, 0.0, 1.0),
    }
    return Aggregates(
        group=cell // len(hours),
        hour=hours[cell % len(hours)],
        columns={name: column[cell] for name, column in columns.items()},
    )


class _Sums:
    """Sums over the rows that belong to each cell: a group and the place of a window."""

    def __init__(
        self,
        rows: ScoreRows,
        row: NDArray[np.int64],
        place: NDArray[np.int64],
        windows: int,
        groups: int,
    ) -> None:
        self._row = row
        self._cell = rows.group[row] * windows + place
        self._cells = groups * windows
        self.count = np.bincount(self._cell, minlength=self._cells)

    def of(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """The sum of the values in each cell."""
        return np.bincount(
            self._cell, weights=values[self._row].astype(np.float64), minlength=self._cells
        ).astype(np.float64)

    def mean(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """The mean of the values in each cell, NaN where there are none."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.of(values) / self.count)


def _in_windows(
    rows: ScoreRows, hours: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows in one of the windows, and the place of that window."""
    row = np.flatnonzero(np.isin(rows.hour, hours))
    return row, np.searchsorted(hours, rows.hour[row])


def _standing(
    rows: ScoreRows, hours: NDArray[np.int64], standing_hours: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each row once for every window in which it stands, and the place of that window."""
    end = np.minimum(rows.hour + standing_hours, rows.gone)
    followed = rows.customer[1:] == rows.customer[:-1]
    end[:-1] = np.where(followed, np.minimum(end[:-1], rows.hour[1:]), end[:-1])
    first = np.searchsorted(hours, rows.hour)
    length = np.maximum(np.searchsorted(hours, end) - first, 0)
    row = np.repeat(np.arange(len(length)), length)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    return row, first[row] + offset
