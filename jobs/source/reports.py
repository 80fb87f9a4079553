"""Counts of reports, grouped in the source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from psycopg2.extensions import cursor

from jobs.clock import Stopwatch, from_hour
from jobs.source.connection import Source

NO_CUSTOMER = -(2**63)
ROWS_AT_ONCE = 50_000
WIDEST_ZONE_JUMP = timedelta(days=1)
FIRST_DAY = "0001-01-02"


@dataclass(frozen=True)
class ReportCounts:
    """Reports per customer and hour, as the source names customers: flat arrays. `rejected`
    counts rows that are neither FN nor FP, or have no customer. `read_at` is by the source's
    clock; `since` runs from a moment before."""

    customer_id: NDArray[np.int64]
    hour: NDArray[np.int64]
    fn: NDArray[np.int64]
    fp: NDArray[np.int64]
    rejected: NDArray[np.int64]
    read_at: datetime
    since: Stopwatch

    def __len__(self) -> int:
        return len(self.customer_id)

    @property
    def reports(self) -> int:
        """FN and FP reports together."""
        return int(self.fn.sum() + self.fp.sum())

    @property
    def now_at_most(self) -> datetime:
        """What the source's clock shows now, at most."""
        return self.read_at + self.since.passed


def read_counts(
    source: Source,
    hours: range,
    customer_ids: Sequence[int] | None = None,
    most: int | None = None,
) -> ReportCounts | None:
    """Count the reports of the given windows (and customers) in the source. None: there are more
    than `most` rows."""
    start, end = from_hour(hours.start), from_hour(hours.stop)
    instant = source.utc("email_samples.reported_at")
    where, params = _within(source, start, end)
    if customer_ids is not None:
        where += " AND customer_id = ANY(%(customers)s)"
        params["customers"] = list(customer_ids)
    sql = f"""
        SELECT coalesce(customer_id, {NO_CUSTOMER}), (extract(epoch FROM hour) / 3600)::bigint,
               fn, fp, reports - fn - fp
        FROM (
            SELECT customer_id, date_trunc('hour', {instant}) AS hour, count(*) AS reports,
                   count(*) FILTER (WHERE upper(sample_type) = 'FN') AS fn,
                   count(*) FILTER (WHERE upper(sample_type) = 'FP') AS fp
            FROM email_samples WHERE {where} GROUP BY 1, 2
        ) AS counted
        LIMIT {"ALL" if most is None else most + 1}"""  # noqa: S608
    since = Stopwatch()
    with source.snapshot() as read_at, source.connection.cursor() as cursor:
        cursor.execute(sql, params)
        if most is not None and cursor.rowcount > most:
            return None
        return _reject_without_customer(_table(cursor), read_at, since)


def _table(cursor: cursor) -> NDArray[np.int64]:
    """All rows of whole numbers, without a Python object for each of them at once."""
    parts = [np.empty(0, dtype=np.int64)]
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        parts.append(np.fromiter(chain.from_iterable(rows), dtype=np.int64))
    return np.concatenate(parts).reshape(-1, 5)


def _reject_without_customer(
    table: NDArray[np.int64], read_at: datetime, since: Stopwatch
) -> ReportCounts:
    customer, hour, fn, fp, rejected = table.T.copy()
    nobody = customer == NO_CUSTOMER
    rejected[nobody] += fn[nobody] + fp[nobody]
    fn[nobody] = fp[nobody] = 0
    return ReportCounts(customer, hour, fn, fp, rejected, read_at, since)


def _within(source: Source, start: datetime, end: datetime) -> tuple[str, dict[str, object]]:
    """The condition of a range, such that an index on `reported_at` serves it."""
    params: dict[str, object] = {"zone": source.config.source_timezone}
    if source.has_zone("email_samples.reported_at"):
        params |= {"start": start, "end": end}
        return "reported_at >= %(start)s AND reported_at < %(end)s", params
    naive_start, naive_end = start.replace(tzinfo=None), end.replace(tzinfo=None)
    params |= {"start": naive_start, "end": naive_end}
    if source.is_utc:
        return "reported_at >= %(start)s AND reported_at < %(end)s", params
    # A local clock is at most a day away from UTC: the wide bounds serve the index, the
    # converted ones decide.
    params |= {"from": naive_start - WIDEST_ZONE_JUMP, "to": naive_end + WIDEST_ZONE_JUMP}
    instant = source.utc("email_samples.reported_at")
    return (
        "reported_at >= %(from)s AND reported_at < %(to)s "
        f"AND {instant} >= %(start)s AND {instant} < %(end)s",
        params,
    )


@dataclass(frozen=True)
class Stragglers:
    """Reports that no window can count: from the future, or without a time that a calendar
    knows."""

    future: int
    undated: int


def read_stragglers(source: Source) -> Stragglers:
    """Count the reports that lie in the future by the source's own clock, or have no time."""
    column, instant = "email_samples.reported_at", source.utc("email_samples.reported_at")
    with source.snapshot() as now, source.connection.cursor() as cursor:
        naive_now = now.astimezone(UTC).replace(tzinfo=None)
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE {instant} > %(now)s), "  # noqa: S608
            f"count(*) FILTER (WHERE {column} IS NULL OR {column} < %(first)s) "
            f"FROM email_samples WHERE {column} >= %(recently)s OR {column} IS NULL "
            f"OR {column} < %(first)s",
            {
                "zone": source.config.source_timezone,
                "now": naive_now,
                "recently": naive_now - WIDEST_ZONE_JUMP,
                "first": FIRST_DAY,
            },
        )
        future, undated = cursor.fetchone() or (0, 0)
    return Stragglers(future, undated)
