"""What is in the tables after a run, in one form for all databases and without what has to differ:
keys, and when and by which run a row was written."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

Row = tuple[Any, ...]

_RESULT = ("window_start", "window_end", "revision")
_AGGREGATE = (
    *("total_customers", "avg_sentiment_score", "avg_raw_score", "total_fn_count"),
    *("total_fp_count", "standing_customers", "standing_sentiment_score", "standing_low"),
    "standing_high",
)
COLUMNS: dict[str, Sequence[str]] = {
    "sentiment_api_customer": (
        *("customer_id", "company_name", "industry", "contact_person", "phone", "address", "city"),
        *("state", "country", "postal_code", "source_created_at", "source_updated_at"),
        *("is_placeholder", "inactive_since", "current_sentiment", "current_state"),
        *("last_window_start", "recent_fn", "recent_fp", "before_fn", "before_fp", "dispersion"),
        *("change", "change_low", "change_high"),
    ),
    "sentiment_api_syncjob": (*_RESULT, "fn_count", "fp_count"),
    "jobs_window": (
        *("window_start", "window_end", "reports", "rejected", "segments_owed", "totals_owed"),
    ),
    "sentiment_api_sentimentscore": (
        *(*_RESULT, "industry", "sentiment_score", "raw_score", "score_low", "score_high"),
        *("evidence", "state", "calculation_method", "baseline_score", "fn_count", "fp_count"),
        "profile_id",
    ),
    "sentiment_api_segmentsentiment": (*_RESULT, "industry", *_AGGREGATE),
    "sentiment_api_overallsentiment": (*_RESULT, *_AGGREGATE),
    "sentiment_api_comparedspan": ("before_start", "recent_start", "recent_end", "slope"),
}
_BY_CUSTOMER = ("sentiment_api_syncjob", "sentiment_api_sentimentscore")
_CUSTOMER = "sentiment_api_customer"
_TIMES = ("_start", "_end", "_at", "_since")

Ask = Callable[[str], list[Row]]


def of_sqlite(file: Path, since: str = "") -> list[Row]:
    """The rows of an SQLite file; of results those of windows from `since` on."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as local:
        return of(lambda sql: local.execute(sql).fetchall(), since)


def of_postgres(connection: Any) -> list[Row]:
    """The rows of the tables in a PostgreSQL."""
    with connection.cursor() as cursor:

        def ask(sql: str) -> list[Row]:
            cursor.execute(sql)
            rows: list[Row] = cursor.fetchall()
            return rows

        return of(ask)


def of(ask: Ask, since: str = "", only: str = "") -> list[Row]:
    """All rows of all tables, each with the name of its table, in one order; `only` is a condition
    on customers, whose counts and scores alone are asked for then."""
    found: list[Row] = []
    for table, names in COLUMNS.items():
        if only and table not in _BY_CUSTOMER:
            continue
        columns = [_column(name) for name in names] + _besides(table)
        sql = f"SELECT {', '.join(columns)} FROM {table} AS t"  # noqa: S608
        if table in _BY_CUSTOMER:
            sql += f" JOIN {_CUSTOMER} AS c ON c.id = t.customer_id"
        if table == _CUSTOMER:
            sql += " LEFT JOIN sentiment_api_sentimentscore AS s ON s.job_id = t.current_score_id"
        conditions = [only] if only else []
        if since and "window_start" in names:
            conditions.append(f"t.window_start >= '{since}'")
        sql += f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = ((table, *map(_plain, row)) for row in ask(sql))
        found += sorted(rows, key=_order)
    return found


def _besides(table: str) -> list[str]:
    """What tells rows apart, or what they refer to."""
    if table == _CUSTOMER:
        return [_as_text("s.window_start"), "s.revision", "s.sentiment_score"]
    if table in _BY_CUSTOMER:
        return ["c.customer_id", "t.superseded_at IS NULL"]
    return ["t.superseded_at IS NULL"] if "revision" in COLUMNS[table] else []


def _column(name: str) -> str:
    return _as_text(f"t.{name}") if name.endswith(_TIMES) else f"t.{name}"


def _as_text(column: str) -> str:
    return f"substr(CAST({column} AS text), 1, 19)"


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


def _order(row: Row) -> tuple[Any, ...]:
    """By what tells rows apart, none of which is a float."""
    return tuple(value for value in row if isinstance(value, str | int))
