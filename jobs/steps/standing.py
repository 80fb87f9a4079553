"""The scores that aggregates rest on."""

from collections.abc import Mapping
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
}
_OF_MODEL = {
    "score": "sentiment_score",
    "raw": "raw_score",
    "low": "score_low",
    "high": "score_high",
    "fn": "fn_count",
    "fp": "fp_count",
    "industry": "industry",
}
_NOTHING = np.empty(0, dtype=list(SCORE_COLUMNS.items()))
KEPT_ROWS = 250_000
"""So many written scores are kept at most, about 25 MB."""


def score_rows(
    customer: NDArray[np.int64], hour: NDArray[np.int64], columns: Mapping[str, NDArray[Any]]
) -> NDArray[np.void]:
    """Scores in the form in which they are read, from columns by the names of the model."""
    rows = np.empty(len(hour), dtype=_NOTHING.dtype)
    rows["customer"], rows["hour"] = customer, hour
    for name, of_model in _OF_MODEL.items():
        rows[name] = columns[of_model]
    return rows


@dataclass(frozen=True)
class Scores:
    """Scores by customer and hour, column by column: as many as a window of a million customers
    has are held once, and no row of them is a Python object. `industry` numbers the `names`."""

    names: list[str]
    industry: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]

    @classmethod
    def of(cls, rows: NDArray[np.void], gone: NDArray[np.void]) -> "Scores":
        """From rows in any order, and customers by rising key with the hour since which they are
        inactive."""
        order = np.lexsort((rows["hour"], rows["customer"]))
        industries = rows["industry"].tolist()
        number = {name: place for place, name in enumerate(sorted(set(industries)))}
        industry = np.fromiter(map(number.__getitem__, industries), dtype=np.int64)
        columns = {name: rows[name][order] for name in SCORE_COLUMNS if name != "industry"}
        # One more at the end takes the place of those that are not among them.
        keys, hours = np.append(gone["customer"], -1), np.append(gone["since"], NEVER)
        place = np.searchsorted(keys[:-1], columns["customer"])
        columns["gone"] = np.where(keys[place] == columns["customer"], hours[place], NEVER)
        return cls(list(number), industry[order], columns)


class SharedScores:
    """The scores that were written or read last, for the next step to use while nobody else has
    changed anything.

    Steps that follow each other in one process need the same ones, and reading takes most of
    their time.
    """

    def __init__(self) -> None:
        self._key: tuple[bytes, int, int] | None = None
        self._rows: Scores | None = None
        self._written = _NOTHING
        self._version: int | None = None

    def wrote(self, rows: NDArray[np.void]) -> None:
        """These scores are current now. Call it after the version of the data was raised for
        them."""
        version_now = version.current_version()
        alone = self._version in (None, version_now - 1)
        kept = [self._written, rows] if alone else [rows]
        if sum(map(len, kept)) > KEPT_ROWS:
            kept = [_NOTHING]
        self._written = np.concatenate(kept)
        self._version = version_now

    def read(self, due: NDArray[np.int64], standing_hours: int) -> Scores:
        """The scores that aggregates of these windows rest on. Call it with the windows locked:
        whoever changes a score then waits to mark them."""
        if self._rows is None or self._key != self._key_of(due, standing_hours):
            self._rows = None
            hours = range(int(due[0]), int(due[-1]) + 1)
            within = self._all_within(hours)
            if within is None:
                rows = _read_scores(hours.start, hours.stop, standing_hours)
            else:
                before = _read_scores(hours.start, hours.start, standing_hours)
                rows = np.concatenate([before, within])
            self._rows = Scores.of(rows, _gone())
        return self._rows

    def keep(self, due: NDArray[np.int64], standing_hours: int) -> None:
        """What was read last still holds, after the version of the data was raised for what was
        made of it."""
        self._key = self._key_of(due, standing_hours)
        if self._version == self._key[-1] - 1:
            self._version = self._key[-1]

    def _all_within(self, hours: range) -> NDArray[np.void] | None:
        """All current scores of these windows if they are known: nobody else has changed any
        since they were written, and the windows never had others."""
        if self._version != version.current_version():
            return None
        hour = self._written["hour"]
        rows = self._written[(hour >= hours.start) & (hour < hours.stop)]
        return rows if len(rows) and len(rows) == _count_revisions(hours) else None

    def _key_of(self, due: NDArray[np.int64], standing_hours: int) -> tuple[bytes, int, int]:
        return due.tobytes(), standing_hours, version.current_version()


def _count_revisions(hours: range) -> int:
    """How many rows, current or not, there are in these windows."""
    start, after = bulk.hour_values([hours.start, hours.stop])
    sql = f"SELECT count(*) FROM {bulk.table(SentimentScore)}"  # noqa: S608
    rows = bulk.fetch(f"{sql} WHERE window_start >= %s AND window_start < %s", [start, after])
    return int(rows[0][0])


def _gone() -> NDArray[np.void]:
    """Inactive customers by rising key, and the hour since which they are."""
    return bulk.read(
        f"SELECT id, {bulk.epoch_hour('inactive_since')} FROM {bulk.table(Customer)} "  # noqa: S608
        "WHERE inactive_since IS NOT NULL ORDER BY id",
        [],
        {"customer": "i8", "since": "i8"},
    )


def _read_scores(start: int, stop: int, standing_hours: int) -> NDArray[np.void]:
    """The scores of the windows from `start` to before `stop` and, for each customer without one
    in the first of them, the newest before, which may still stand."""
    scores, customers = bulk.table(SentimentScore), bulk.table(Customer)
    fields = (
        f"s.customer_id, {bulk.epoch_hour('s.window_start')}, s.sentiment_score, s.raw_score, "
        "s.score_low, s.score_high, s.fn_count, s.fp_count, s.industry"
    )
    first, after, earliest = bulk.hour_values([start, stop, start - standing_hours])
    return bulk.read(
        f"""
        WITH standing AS MATERIALIZED (
            SELECT c.id, (
                SELECT h.window_start FROM {scores} AS h
                WHERE h.customer_id = c.id AND h.superseded_at IS NULL
                    AND h.window_start <= %s AND h.window_start > %s
                ORDER BY h.window_start DESC LIMIT 1) AS since
            FROM {customers} AS c WHERE c.last_window_start > %s
        )
        SELECT {fields} FROM standing AS c
        JOIN {scores} AS s ON s.customer_id = c.id AND s.superseded_at IS NULL
            AND s.window_start >= coalesce(c.since, %s) AND s.window_start < %s""",  # noqa: S608
        [first, earliest, earliest, first, after],
        SCORE_COLUMNS,
    )
