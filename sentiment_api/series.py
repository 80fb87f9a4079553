"""Results of many windows as columns, by hour, day or week.

A bucket has the windows that start in it: a day from midnight UTC, a week from Monday. Windows
without a row are left out, so a bucket may rest on fewer than it could; `windows` says on how many.
Hours are the rows themselves. Days are added up by the database, weeks from the sums of days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from itertools import groupby
from operator import add, itemgetter
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Count, F, FloatField, Func, Q, QuerySet, Sum
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

    def sums(self, column: str, weight: Any) -> tuple[Any, Any]:
        """What is added up of a column, in SQL, and what that is divided by."""
        match self:
            case Combine.SUM:
                return Sum(column), None
            case Combine.MEAN:
                return Sum(column), Count(column)
            case Combine.WEIGHTED:
                there = Q(**{f"{column}__isnull": False})
                weighted = Sum(F(column) * weight, output_field=FloatField())
                return weighted, Sum(weight, filter=there)


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
    found = _read(rows, shape, resolution, ())
    return _series(found, shape, resolution)


def read_series_by(
    key: str, rows: QuerySet[Any], shape: Shape, resolution: Resolution
) -> dict[str, Series]:
    """The same for each value of a column, in the order of these values."""
    found = _read(rows, shape, resolution, (key,))
    return {
        name: _series(list(group), shape, resolution)
        for name, group in groupby(found, itemgetter(-1))
    }


def _read(
    rows: QuerySet[Any], shape: Shape, resolution: Resolution, keys: Sequence[str]
) -> list[tuple[Any, ...]]:
    """The rows, or their sums by day, with the keys behind their columns."""
    if resolution is Resolution.HOUR:
        ordered = rows.order_by(*keys, "window_start")
        return _plain(ordered.values_list(_Start("window_start"), *shape.columns, *keys))
    days = rows.annotate(day=_Day("window_start")).order_by(*keys, "day").values("day", *keys)
    sums = _sums(shape)
    return _plain(days.annotate(**sums).values_list("day", *sums, *keys))


def _sums(shape: Shape) -> dict[str, Any]:
    """The number of windows; then, column by column, what is added up."""
    weight = reduce(add, map(F, shape.weight))
    parts = (part for column, how in shape.columns.items() for part in how.sums(column, weight))
    given = [Count("*"), *(part for part in parts if part is not None)]
    return {f"sum_{place}": part for place, part in enumerate(given)}


class _Start(EpochHour):
    """When a window starts: in hours, from SQLite as the text that it keeps (it takes longer to
    count hours than to read all the rest)."""

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s || '')", **context)


class _Day(Func):
    """The day (UTC) in which a window starts: since 1970, from SQLite as text."""

    output_field = BigIntegerField()

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = "substr(%(expressions)s, 1, 10)"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = "floor(EXTRACT(EPOCH FROM %(expressions)s) / 86400)::bigint"
        return self.as_sql(compiler, connection, template=template, **context)


def _plain(rows: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The rows as the database's driver gives them. Numbers and texts need no conversion, and
    the ORM's takes longer than all the rest."""
    try:
        return bulk.fetch(*rows.query.sql_with_params())
    except EmptyResultSet:
        return []


def _series(rows: list[tuple[Any, ...]], shape: Shape, resolution: Resolution) -> Series:
    columns = list(zip(*rows, strict=True))
    if not rows:
        nothing = np.array([])
        return Series(
            nothing.astype(np.int64),
            nothing.astype(np.int64),
            dict.fromkeys(shape.columns, nothing),
        )
    # Behind the columns there may be the one that the rows are grouped by.
    if resolution is Resolution.HOUR:
        hours = _since_1970(columns[0], "h")
        values = {
            name: np.array(column, dtype=np.float64)
            for name, column in zip(shape.columns, columns[1:], strict=False)
        }
        return Series(hours, np.ones_like(hours), values)
    return _buckets(columns, shape, resolution)


def _buckets(columns: Sequence[Sequence[Any]], shape: Shape, resolution: Resolution) -> Series:
    """Days, or weeks, from sums by day."""
    buckets = (_since_1970(columns[0], "D") * Resolution.DAY.value - _MONDAY) // resolution.value
    starts = np.flatnonzero(np.r_[True, buckets[1:] != buckets[:-1]])
    sums = (_added_up(column, starts) for column in columns[1:])
    windows = next(sums).astype(np.int64)
    values = {
        name: next(sums) if how is Combine.SUM else _mean(next(sums), next(sums))
        for name, how in shape.columns.items()
    }
    return Series(buckets[starts] * resolution.value + _MONDAY, windows, values)


def _since_1970(times: Sequence[Any], unit: str) -> NDArray[np.int64]:
    """Hours or days, whichever way the database gives them."""
    if isinstance(times[0], str):
        return np.array(times, dtype=f"datetime64[{unit}]").astype(np.int64)
    return np.asarray(times, dtype=np.int64)


def _added_up(column: Sequence[Any], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sums of each bucket; the sum of nothing is 0."""
    values = np.nan_to_num(np.array(column, dtype=np.float64))
    sums: NDArray[np.float64] = np.add.reduceat(values, starts)
    return sums


def _mean(total: NDArray[np.float64], number: NDArray[np.float64]) -> NDArray[np.float64]:
    """NaN where there is nothing to divide by."""
    mean = np.full(len(total), np.nan)
    np.divide(total, number, out=mean, where=number > 0)
    return mean
