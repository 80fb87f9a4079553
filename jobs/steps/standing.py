"""The scores that aggregates rest on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs import bulk
from jobs.range_aggregates import NEVER
from sentiment_api import version
from sentiment_api.models import Customer, SentimentScore

SCORE_COLUMNS = {
    "customer": "i8",
    "hour": "i8",
    "score": "f8",
    "raw": "f8",
    "low": "f8",
    "high": "f8",
    "fn": "i8",
    "fp": "i8",
    "industry": "O",
    "gone": "i8",
}


@dataclass(frozen=True)
class Scores:
    """Scores by customer and hour, column by column: as many as a window of a million customers
    has are held once, and no row of them is a Python object. `industry` numbers the `names`."""

    names: list[str]
    industry: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]

    @classmethod
    def of(cls, rows: NDArray[np.void]) -> "Scores":
        """From rows in any order."""
        order = np.lexsort((rows["hour"], rows["customer"]))
        industries = rows["industry"].tolist()
        number = {name: place for place, name in enumerate(sorted(set(industries)))}
        industry = np.fromiter(map(number.__getitem__, industries), dtype=np.int64)
        columns = {name: rows[name][order] for name in SCORE_COLUMNS if name != "industry"}
        return cls(list(number), industry[order], columns)


class SharedScores:
    """The scores that were read last, for the next step to use while nothing has changed.

    Steps that follow each other in one process need the same ones, and reading takes most of
    their time.
    """

    def __init__(self) -> None:
        self._key: tuple[bytes, int, int] | None = None
        self._rows: Scores | None = None

    def read(self, due: NDArray[np.int64], standing_hours: int) -> Scores:
        """The scores that aggregates of these windows rest on. Call it with the windows locked:
        whoever changes a score then waits to mark them."""
        if self._rows is None or self._key != self._key_of(due, standing_hours):
            self._rows = None
            self._rows = Scores.of(_read_scores(due, standing_hours))
        return self._rows

    def keep(self, due: NDArray[np.int64], standing_hours: int) -> None:
        """What was read last still holds at the present version of the data."""
        self._key = self._key_of(due, standing_hours)

    def _key_of(self, due: NDArray[np.int64], standing_hours: int) -> tuple[bytes, int, int]:
        return due.tobytes(), standing_hours, version.current_version()


def _read_scores(due: NDArray[np.int64], standing_hours: int) -> NDArray[np.void]:
    """The scores of the windows and, for each customer, the newest one before them, which may
    still stand."""
    first, last = int(due[0]), int(due[-1])
    scores, customers = bulk.table(SentimentScore), bulk.table(Customer)
    fields = (
        f"s.customer_id, {bulk.epoch_hour('s.window_start')}, s.sentiment_score, s.raw_score, "
        "s.score_low, s.score_high, s.fn_count, s.fp_count, s.industry, "
        f"coalesce({bulk.epoch_hour('c.inactive_since')}, {NEVER})"
    )
    start, after, earliest = bulk.hour_values([first, last + 1, first - standing_hours])
    return bulk.read(
        f"""
        WITH standing AS MATERIALIZED (
            SELECT c.id, c.inactive_since, (
                SELECT h.window_start FROM {scores} AS h
                WHERE h.customer_id = c.id AND h.superseded_at IS NULL
                    AND h.window_start < %s AND h.window_start > %s
                ORDER BY h.window_start DESC LIMIT 1) AS since
            FROM {customers} AS c WHERE c.last_window_start > %s
        )
        SELECT {fields} FROM standing AS c
        JOIN {scores} AS s ON s.customer_id = c.id AND s.superseded_at IS NULL
            AND s.window_start >= coalesce(c.since, %s) AND s.window_start < %s""",  # noqa: S608
        [start, earliest, earliest, start, after],
        SCORE_COLUMNS,
    )
