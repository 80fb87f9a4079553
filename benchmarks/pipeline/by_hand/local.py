"""The local SQLite file and the source, as the plain scripts use them."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg2
from numpy.typing import NDArray

from benchmarks.pipeline.by_hand import formulas
from benchmarks.pipeline.by_hand.formulas import Counts, Floats, Integers, Scores
from sentiment_api.identifiers import time_ordered_keys

PRAGMAS = """
PRAGMA foreign_keys=ON; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000; PRAGMA temp_store=MEMORY;
"""
CUSTOMER = (
    *("customer_id", "company_name", "industry", "contact_person", "phone", "address", "city"),
    *("state", "country", "postal_code", "created_at", "updated_at"),
)
STORED = (*CUSTOMER[:-2], "source_created_at", "source_updated_at")


@contextmanager
def opened() -> Iterator[tuple[Any, sqlite3.Connection]]:
    """The source and, in one write transaction, the local file; both named by the environment."""
    source = psycopg2.connect(os.environ["SOURCE_URL"])
    source.set_session(readonly=True)
    local = sqlite3.connect(os.environ["LOCAL_FILE"], isolation_level=None)
    local.executescript(PRAGMAS)
    local.execute("BEGIN IMMEDIATE")
    yield source, local
    local.execute("COMMIT")
    local.close()
    source.close()


def ask(source: Any, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of the source's answer."""
    with source.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def read_counts(source: Any, hours: range) -> NDArray[np.int64]:
    """Grouped in the source; rows of customer, hour, FN, FP, rejected, as five columns."""
    rows = ask(
        source,
        "SELECT customer_id, extract(epoch FROM date_trunc('hour', reported_at))::bigint / 3600, "
        "count(*) FILTER (WHERE upper(sample_type) = 'FN'), "
        "count(*) FILTER (WHERE upper(sample_type) = 'FP'), count(*) "
        "FROM email_samples WHERE reported_at >= %s AND reported_at < %s GROUP BY 1, 2",
        [_naive(hours.start), _naive(hours.stop)],
    )
    table = np.array(rows, dtype=np.int64).reshape(-1, 5).T
    table[4] -= table[2] + table[3]
    return table


def read_customers(source: Any, since: datetime | None = None) -> list[tuple[Any, ...]]:
    """All of them, or those that changed since a time."""
    where, params = ("WHERE updated_at >= %s", [since]) if since else ("", [])
    sql = f"SELECT {', '.join(CUSTOMER)} FROM customers {where} ORDER BY customer_id"  # noqa: S608
    return ask(source, sql, params)


class Industries:
    """Names of industries as they are shown: as first seen, baselines first."""

    def __init__(self, local: sqlite3.Connection) -> None:
        rows = local.execute("SELECT industry, baseline_score FROM config_industrybaseline")
        self.baseline = dict(rows.fetchall())
        known = local.execute("SELECT DISTINCT industry FROM sentiment_api_customer")
        self._shown = {
            name.strip().casefold(): name for name in [*self.baseline, *(n for (n,) in known)]
        }

    def shown(self, name: str | None) -> str:
        """Trimmed, compared without case; nothing is Unknown."""
        trimmed = (name or "").strip() or "Unknown"
        shown: str = self._shown.setdefault(trimmed.casefold(), trimmed)
        return shown


def store_customers(
    local: sqlite3.Connection, rows: list[tuple[Any, ...]], industries: Industries
) -> None:
    """Insert customers, or bring them up to date."""
    now = text(datetime.now(UTC))
    own = ("created_at", "updated_at", "is_placeholder")
    zeros = ("recent_fn", "recent_fp", "before_fn", "before_fp")
    names = ", ".join((*STORED, *own, *zeros, "dispersion"))
    changed = ", ".join(f"{name} = excluded.{name}" for name in (*STORED[1:], "updated_at"))
    local.executemany(
        f"INSERT INTO sentiment_api_customer ({names}) "  # noqa: S608
        f"VALUES ({', '.join('?' * len(STORED))}, ?, ?, 0, 0, 0, 0, 0, 1.0) "
        f"ON CONFLICT (customer_id) DO UPDATE SET {changed}",
        [
            (
                *(row[0], row[1], industries.shown(row[2]), *(part or "" for part in row[3:10])),
                *(text(row[10]), text(row[11]), now, now),
            )
            for row in rows
        ],
    )


def insert(
    local: sqlite3.Connection, table: str, columns: dict[str, Any], conflict: str = ""
) -> None:
    """Rows from columns: lists, arrays (NaN is null), or one value for all."""
    size = max(len(column) for column in columns.values() if not _single(column))
    lists = [[column] * size if _single(column) else values(column) for column in columns.values()]
    marks = ", ".join("?" * len(columns))
    local.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) {conflict}",  # noqa: S608
        zip(*lists, strict=True),
    )


def result(run: str, now: str, hours: NDArray[np.int64], revision: Any = 1) -> dict[str, Any]:
    """The columns that all results have."""
    return {
        "job_id": time_ordered_keys(len(hours)),
        "window_start": times(hours),
        "window_end": times(hours + 1),
        "run_id": run,
        "revision": revision,
        "created_at": now,
    }


def cover(local: sqlite3.Connection, table: NDArray[np.int64], hours: range, now: str) -> None:
    """These windows have been read; how many reports there were in each."""
    place = table[1] - hours.start
    covered = np.arange(hours.start, hours.stop)
    columns = {
        "window_start": times(covered),
        "window_end": times(covered + 1),
        "read_at": now,
        "stored_at": now,
        "covered_at": now,
        "reports": np.bincount(place, table[2] + table[3], len(hours)).astype(np.int64),
        "rejected": np.bincount(place, table[4], len(hours)).astype(np.int64),
        "segments_owed": 0,
        "totals_owed": 0,
    }
    insert(
        local,
        "jobs_window",
        columns,
        "ON CONFLICT (window_start) DO UPDATE SET read_at = excluded.read_at, "
        "stored_at = excluded.stored_at, reports = excluded.reports, rejected = excluded.rejected",
    )


def write_counts(
    local: sqlite3.Connection, counts: Counts, by: tuple[str, str], revision: Any = 1
) -> None:
    """Insert counts."""
    columns = {
        **result(*by, counts.hour, revision),
        "customer_id": counts.customer,
        "fn_count": counts.fn,
        "fp_count": counts.fp,
        "read_at": by[1],
    }
    insert(local, "sentiment_api_syncjob", columns)


def score_columns(
    counts: Counts, found: Scores, names: list[str], group: Integers, baselines: Floats
) -> dict[str, Any]:
    """What a score row says, besides what all results have."""
    enough = found.evidence >= formulas.MIN_EVIDENCE
    method = ["weighted_average", "weighted_average_normalized"]
    state = ["insufficient_evidence", "scored"]
    return {
        "customer_id": counts.customer,
        "industry": [names[at] for at in group.tolist()],
        "sentiment_score": found.score,
        "raw_score": found.raw,
        "score_low": found.low,
        "score_high": found.high,
        "evidence": found.evidence,
        "state": [state[at] for at in enough.tolist()],
        "calculation_method": [method[at] for at in (~np.isnan(baselines[group])).tolist()],
        "baseline_score": baselines[group],
        "fn_count": counts.fn,
        "fp_count": counts.fp,
    }


def close(
    local: sqlite3.Connection, by: tuple[str, str], trigger: str, hours: range, reports: int
) -> None:
    """What is compared, the version of the data and the run."""
    run, now = by
    start, end = hours.stop - formulas.MAX_AGE, hours.stop
    span = times(np.array([start, end - formulas.RECENT, end]))
    local.execute("UPDATE sentiment_api_dataversion SET number = number + 1")
    (version,) = local.execute("SELECT number FROM sentiment_api_dataversion").fetchone()
    local.execute(
        "INSERT OR REPLACE INTO sentiment_api_comparedspan VALUES (1, ?, ?, ?, 1.0, ?)",
        [*span, version],
    )
    ends = times(np.array([hours.start, hours.stop]))
    local.execute(
        "INSERT INTO jobs_pipelinerun (run_id, trigger, status, range_start, range_end, reprocess, "
        "customer_ids, whole_day, steps, windows_planned, windows_done, rows_read, rows_written, "
        "rows_rejected, warnings, error, created_at, started_at, progress_at, finished_at, members)"
        " VALUES (?, ?, 'succeeded', ?, ?, 'none', '[]', 0, '{}', ?, ?, ?, 0, 0, '[]', "
        "'', ?, ?, ?, ?, 0)",
        [run, trigger, *ends, len(hours), len(hours), reports, *[now] * 4],
    )


def times(hours: NDArray[np.int64]) -> list[str]:
    """Hours since 1970 as SQLite keeps them."""
    distinct, place = np.unique(hours, return_inverse=True)
    names = [text(datetime.fromtimestamp(hour * 3600, UTC)) for hour in distinct.tolist()]
    return [names[at] for at in place.tolist()]


def text(moment: datetime) -> str:
    """A time as SQLite keeps it."""
    return str(moment.replace(tzinfo=None))


def _single(column: Any) -> bool:
    return isinstance(column, str | int | float)


def values(column: Any) -> list[Any]:
    """As the driver takes them, None for NaN."""
    found: list[Any] = column if isinstance(column, list) else column.tolist()
    if not isinstance(column, list) and column.dtype.kind == "f" and np.isnan(column).any():
        return [None if value != value else value for value in found]
    return found


def _naive(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, UTC).replace(tzinfo=None)
