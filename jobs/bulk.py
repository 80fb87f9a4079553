"""Many rows at a time, in the local database: SQLite or PostgreSQL.

The ORM takes ten times as long for the tables that grow, so these few functions speak SQL.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
import orjson
from django.db import connection, models
from numpy.typing import NDArray
from psycopg2.extras import execute_values

from jobs.clock import from_hour
from jobs.copying import copy_text
from jobs.row_keys import HOURS

_SQL_TYPES = {"i": "bigint", "f": "double precision"}


def table(model: type[models.Model]) -> str:
    """The quoted name of a model's table."""
    return connection.ops.quote_name(model._meta.db_table)


def fetch(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def read(sql: str, params: Sequence[Any], columns: Mapping[str, Any]) -> NDArray[np.void]:
    """The rows of a query as one array; `columns` names them in order, with their numpy types.

    Rows are taken from the driver one by one, so that only the array is ever in memory. (Django's
    own cursor takes twice as long to hand them on.)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        with connection.wrap_database_errors:
            return np.fromiter(cursor.cursor, dtype=np.dtype(list(columns.items())))


def gathered(column: str) -> str:
    """SQL for the whole numbers of a column in a group, as text for `numbers`; several of them in
    one query are in the same order. Reading many numbers takes half as long that way."""
    return f"group_concat({column})" if is_sqlite() else f"string_agg({column}::text, ',')"


def numbers(texts: Iterable[str]) -> NDArray[np.int64]:
    """The gathered numbers of all groups, one after the other."""
    return np.array(orjson.loads(f"[{','.join(texts)}]"), dtype=np.int64)


def execute(sql: str, params: Sequence[Any] = ()) -> int:
    """Run a statement; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def insert(
    model: type[models.Model],
    rows: int,
    values: Mapping[str, Any],
    ignore_conflicts: bool = False,
) -> int:
    """Insert `rows` rows; `values` gives each database column a sequence or one value for all, and
    one column at least a sequence. With `ignore_conflicts` rows that are there already stay as
    they are.

    Values must be as the database driver takes them: see `hour_values` and `instant`.
    """
    if not rows:
        return 0
    names = ", ".join(map(connection.ops.quote_name, values))
    into = f"INSERT INTO {table(model)} ({names}) VALUES"
    unless = " ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if is_sqlite():
            marks, records = _marks(values), _records(rows, filter(_differs, values.values()))
            cursor.executemany(f"{into} ({marks}){unless}", records)
        elif ignore_conflicts:
            execute_values(cursor.cursor, f"{into} %s{unless}", _records(rows, values.values()))
        else:
            cursor.cursor.copy_expert(
                f"COPY {table(model)} ({names}) FROM STDIN", copy_text(rows, values)
            )
    return rows


def _differs(value: Any) -> bool:
    """Is this a value for each row, not one for all?"""
    return isinstance(value, list | tuple)


def _records(rows: int, values: Iterable[Any]) -> Any:
    columns = (value if _differs(value) else repeat(value, rows) for value in values)
    return zip(*columns, strict=True)


def _marks(values: Mapping[str, Any]) -> str:
    """A place for each value that differs from row to row, and the others as SQLite writes them:
    binding them again for each row takes a twelfth of the time of an insert."""
    same = [value for value in values.values() if not _differs(value)]
    asked = ", ".join(["quote(%s)"] * len(same))
    (literals,) = fetch(f"SELECT {asked}", same) if same else [()]
    written = (str(literal).replace("%", "%%") for literal in literals)
    return ", ".join("%s" if _differs(value) else next(written) for value in values.values())


def update(
    model: type[models.Model], keys: NDArray[np.int64], columns: Mapping[str, NDArray[Any]]
) -> None:
    """Set columns (numbers, with NaN for null) of the rows with these keys. Lock them first."""
    if not len(keys):
        return
    values = [*map(nullable, columns.values()), keys.tolist()]
    with connection.cursor() as cursor:
        if is_sqlite():
            names = ", ".join(f"{name} = %s" for name in columns)
            cursor.executemany(
                f"UPDATE {table(model)} SET {names} WHERE id = %s",  # noqa: S608
                list(zip(*values, strict=True)),
            )
            return
        names = ", ".join(f"{name} = given.{name}" for name in columns)
        kinds = [_SQL_TYPES[column.dtype.kind] for column in (*columns.values(), keys)]
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        cursor.execute(
            f"UPDATE {table(model)} AS row SET {names} "  # noqa: S608
            f"FROM unnest({arrays}) AS given ({', '.join(columns)}, id) WHERE row.id = given.id",
            values,
        )


def any_of(column: str, values: Iterable[Any]) -> tuple[str, list[Any]]:
    """The condition that a column holds one of any number of keys, as one parameter."""
    if is_sqlite():
        keys = orjson.dumps(list(values)).decode()
        return f"{column} IN (SELECT value FROM json_each(%s))", [keys]  # noqa: S608
    return f"{column} = ANY(%s)", [list(values)]


def each(keys: NDArray[np.int64]) -> tuple[str, list[Any]]:
    """A query for these whole numbers, as one parameter."""
    if is_sqlite():
        return "SELECT value FROM json_each(%s)", [orjson.dumps(keys.tolist()).decode()]
    return "SELECT unnest(%s::bigint[])", [keys.tolist()]


def supersede(model: type[models.Model], job_ids: Sequence[Any], now: Any) -> int:
    """End the currency of these rows."""
    if not job_ids:
        return 0
    condition, params = any_of("job_id", job_ids)
    return execute(
        f"UPDATE {table(model)} SET superseded_at = %s WHERE {condition}",  # noqa: S608
        [now, *params],
    )


def epoch_hour(column: str) -> str:
    """SQL for a timestamp as whole hours since 1970."""
    if is_sqlite():
        return f"(CAST(strftime('%%s', {column}) AS INTEGER) / 3600)"
    return f"floor(EXTRACT(EPOCH FROM {column}) / 3600)::bigint"


def row_key(customer: str, window_start: str) -> str:
    """SQL for `jobs.row_keys.row_key`."""
    return f"{customer} * {HOURS} + {epoch_hour(window_start)}"


def split_key(key: str) -> tuple[str, str]:
    """SQL for `jobs.row_keys.split_key`."""
    return f"{key} / {HOURS}", f"{key} %% {HOURS}"


def start_of(hour: str) -> str:
    """SQL for the timestamp at which an hour since 1970 begins."""
    if is_sqlite():
        return f"datetime(({hour}) * 3600, 'unixepoch')"
    return f"to_timestamp(({hour}) * 3600)"


def hours_before(column: str, hours: int) -> str:
    """SQL for the timestamp that lies so many hours before another."""
    if is_sqlite():
        return f"datetime({column}, '-{hours:d} hours')"
    return f"({column} - interval '{hours:d} hours')"


def hours_after(column: str, hours: int) -> str:
    """SQL for the timestamp that lies so many hours after another."""
    if is_sqlite():
        return f"datetime({column}, '+{hours:d} hours')"
    return f"({column} + interval '{hours:d} hours')"


def instant(value: Any) -> Any:
    """A point in time as the driver of the local database takes it."""
    return connection.ops.adapt_datetimefield_value(value)


def as_instant(value: Any) -> datetime:
    """A point in time from what the driver of the local database gives."""
    given = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return given if given.tzinfo else given.replace(tzinfo=UTC)


def hour_values(hours: Sequence[int], later: int = 0) -> list[Any]:
    """The starts of windows (or, with `later=1`, their ends) as the driver takes them."""
    known = {hour: _start_of(hour + later, connection.vendor) for hour in set(hours)}
    return list(map(known.__getitem__, hours))


@lru_cache(maxsize=4096)
def _start_of(hour: int, _vendor: str) -> Any:
    return instant(from_hour(hour))


def nullable(column: NDArray[Any]) -> list[Any]:
    """A column as Python values, with None for NaN."""
    values: list[Any] = column.tolist()
    if column.dtype.kind == "f" and np.isnan(column).any():
        return [None if value != value else value for value in values]
    return values


def converted(
    kind: type, column: Sequence[Any], of_sqlite: Mapping[type, Callable[[Any], Any]]
) -> Sequence[Any]:
    """A column that was fetched, with values of its kind. SQLite's driver gives some kinds as
    something simpler: `of_sqlite` says of those what makes a value of it. Nulls stay."""
    if not is_sqlite():
        return column
    for one, convert in of_sqlite.items():
        if issubclass(kind, one):
            return [None if value is None else convert(value) for value in column]
    return column


def is_sqlite() -> bool:
    """Is the local database an SQLite file?"""
    return connection.vendor == "sqlite"


def for_update(skip_locked: bool = False) -> str:
    """SQL that locks the rows read, or leaves out those that are locked. SQLite has one writer
    anyway.

    Keys are not locked: a foreign key that is checked at the end of another transaction would
    wait for them, out of order.
    """
    if is_sqlite():
        return ""
    return "FOR NO KEY UPDATE SKIP LOCKED" if skip_locked else "FOR NO KEY UPDATE"
