"""Results of many windows as columns, by hour, day or week.

A bucket has the windows that start in it: a day from midnight UTC, a week from Monday. Windows
without a row are left out, so a bucket may rest on fewer than it could; `windows` says on how many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from numpy.typing import NDArray

from jobs import bulk
from sentiment_api.models.revision import EpochHour

_MONDAY = 4 * 24
"""The first Monday after 1970-01-01, in hours."""


class Resolution(Enum):
    """How long a bucket is, in hours."""

    HOUR = 1
    DAY = 24
    WEEK = 168


class Combine(Enum):
    """How the values of a bucket become one."""

    SUM = "sum"
    MEAN = "mean"
    """Over windows; windows without a value do not count."""
    WEIGHTED = "weighted"
    """Over what the windows hold, by the weights of the table."""


@dataclass(frozen=True)
class Shape:
    """The columns of a kind of result, and the columns whose sum is a window's weight."""

    columns: Mapping[str, Combine]
    weight: Sequence[str]


SCORES = Shape(
    {
        "sentiment_score": Combine.WEIGHTED,
        "raw_score": Combine.WEIGHTED,
        "score_low": Combine.WEIGHTED,
        "score_high": Combine.WEIGHTED,
        "evidence": Combine.WEIGHTED,
        "fn_count": Combine.SUM,
        "fp_count": Combine.SUM,
    },
    weight=("fn_count", "fp_count"),
)
AGGREGATES = Shape(
    {
        "avg_sentiment_score": Combine.WEIGHTED,
        "avg_raw_score": Combine.WEIGHTED,
        "total_customers": Combine.MEAN,
        "total_fn_count": Combine.SUM,
        "total_fp_count": Combine.SUM,
        "standing_sentiment_score": Combine.MEAN,
        "standing_low": Combine.MEAN,
        "standing_high": Combine.MEAN,
        "standing_customers": Combine.MEAN,
    },
    weight=("total_customers",),
)


@dataclass(frozen=True)
class Series:
    """Columns of one length: the hours (since 1970) at which the buckets start, on how many
    windows each rests, and the values; NaN is no value."""

    hours: NDArray[np.int64]
    windows: NDArray[np.int64]
    values: Mapping[str, NDArray[np.float64]]


def read_series(rows: QuerySet[Any], shape: Shape, resolution: Resolution) -> Series:
    """The rows, which have one each for a window, as columns, oldest first."""
    found = rows.order_by("window_start").values_list(_Start("window_start"), *shape.columns)
    return _series(_plain(found), shape, resolution)


def read_series_by(
    key: str, rows: QuerySet[Any], shape: Shape, resolution: Resolution
) -> dict[str, Series]:
    """The same for each value of a column, in the order of these values."""
    found = rows.order_by(key, "window_start").values_list(
        _Start("window_start"), *shape.columns, key
    )
    return {
        name: _series(list(group), shape, resolution)
        for name, group in groupby(_plain(found), itemgetter(-1))
    }


class _Start(EpochHour):
    """When a window starts: in hours, from SQLite as the text that it keeps (it takes longer to
    count hours than to read all the rest)."""

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s || '')", **context)


def _hours(starts: Sequence[Any]) -> NDArray[np.int64]:
    if starts and isinstance(starts[0], str):
        starts = np.array(starts, dtype="datetime64[h]")  # type: ignore[assignment]
    return np.asarray(starts, dtype=np.int64)


def _plain(rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The rows as the database's driver gives them. Numbers and texts need no conversion, and
    the ORM's takes longer than all the rest."""
    try:
        return bulk.fetch(*rows.query.sql_with_params())
    except EmptyResultSet:
        return []


def _series(rows: list[tuple[Any, ...]], shape: Shape, resolution: Resolution) -> Series:
    start, *columns = zip(*rows, strict=True) if rows else [()] * (len(shape.columns) + 1)
    hours = _hours(start)
    # Behind the columns there may be the one that the rows are grouped by.
    values = {
        name: np.array(column, dtype=np.float64)
        for name, column in zip(shape.columns, columns, strict=False)
    }
    if resolution is Resolution.HOUR or not rows:
        return Series(hours, np.ones_like(hours), values)
    weights = np.sum([values[name] for name in shape.weight], axis=0)
    buckets = (hours - _MONDAY) // resolution.value
    starts = np.flatnonzero(np.r_[True, buckets[1:] != buckets[:-1]])
    combined = {
        name: _combine(how, values[name], weights, starts) for name, how in shape.columns.items()
    }
    windows = np.diff(np.r_[starts, len(hours)])
    return Series(buckets[starts] * resolution.value + _MONDAY, windows, combined)


def _combine(
    how: Combine,
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> NDArray[np.float64]:
    if how is Combine.SUM:
        sums: NDArray[np.float64] = np.add.reduceat(values, starts)
        return sums
    there = ~np.isnan(values)
    weight = np.where(there, weights if how is Combine.WEIGHTED else 1.0, 0.0)
    total = np.add.reduceat(weight, starts)
    product = np.add.reduceat(np.where(there, values, 0.0) * weight, starts)
    mean = np.full(len(total), np.nan)
    np.divide(product, total, out=mean, where=total > 0)
    return mean
