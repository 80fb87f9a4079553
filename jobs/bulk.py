"""Many rows at a time, in the local database: SQLite or PostgreSQL.

The ORM takes ten times as long for the tables that grow, so these few functions speak SQL.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import orjson
from django.db import connection, models
from numpy.typing import NDArray

from jobs.clock import from_hour

ROWS_PER_STATEMENT = 200


def table(model: type[models.Model]) -> str:
    """The quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[tuple[Any, ...]]:
    """Rows turned into `count` columns, also when there are no rows."""
    return list(zip(*rows, strict=True)) if rows else [()] * count


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def insert(model: type[models.Model], rows: int, values: Mapping[str, Any]) -> int:
    """Insert `rows` rows; `values` gives each database column a sequence or one value for all.

    Values must be as the database driver takes them: see `hour_values` and `instant`.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in values)
    per_row = [
        value if isinstance(value, list | tuple) else [value] * rows for value in values.values()
    ]
    records = list(zip(*per_row, strict=True))
    placeholders = "(" + ", ".join(["%s"] * len(values)) + ")"
    with connection.cursor() as cursor:
        for start in range(0, rows, ROWS_PER_STATEMENT):
            part = records[start : start + ROWS_PER_STATEMENT]
            sql = f"INSERT INTO {table(model)} ({names}) VALUES " + ", ".join(  # noqa: S608
                [placeholders] * len(part)
            )
            cursor.execute(sql, list(chain.from_iterable(part)))
    return rows


def any_of(values: Iterable[Any]) -> tuple[str, list[Any]]:
    """The right side of `column IN …` for any number of keys in one parameter."""
    if is_sqlite():
        return "(SELECT value FROM json_each(%s))", [orjson.dumps(list(values)).decode()]
    return "(SELECT unnest(%s))", [list(values)]


def supersede(model: type[models.Model], job_ids: Sequence[Any], now: Any) -> int:
    """End the currency of these rows."""
    if not job_ids:
        return 0
    keys, params = any_of(job_ids)
    return execute(
        f"UPDATE {table(model)} SET superseded_at = %s WHERE job_id IN {keys}",  # noqa: S608
        [now, *params],
    )


def epoch_hour(column: str) -> str:
    """SQL for a timestamp as whole hours since 1970."""
    if is_sqlite():
        return f"(CAST(strftime('%%s', {column}) AS INTEGER) / 3600)"
    return f"(EXTRACT(EPOCH FROM {column})::bigint / 3600)"


def hours_before(column: str, hours: int) -> str:
    """SQL for the timestamp that lies so many hours before another."""
    if is_sqlite():
        return f"datetime({column}, '-{hours:d} hours')"
    return f"({column} - interval '{hours:d} hours')"


def instant(value: Any) -> Any:
    """A point in time as the driver of the local database takes it."""
    return connection.ops.adapt_datetimefield_value(value)


def hour_values(hours: Iterable[int], later: int = 0) -> list[Any]:
    """The starts of windows (or, with `later=1`, their ends) as the driver takes them."""
    known: dict[int, Any] = {}
    result = []
    for hour in hours:
        if hour not in known:
            known[hour] = instant(from_hour(hour + later))
        result.append(known[hour])
    return result


def key_values(keys: Iterable[Any]) -> list[str]:
    """UUIDs as both databases take them."""
    return [key.hex for key in keys]


def nullable(column: NDArray[Any]) -> list[Any]:
    """A column as Python values, with None for NaN."""
    values: list[Any] = column.tolist()
    if column.dtype.kind == "f" and np.isnan(column).any():
        return [None if value != value else value for value in values]
    return values


def is_sqlite() -> bool:
    """Is the local database an SQLite file?"""
    return connection.vendor == "sqlite"
