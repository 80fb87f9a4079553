"""The source database as the vendor would have it, and how invented reports get into it.

`feed` is exact: how far it has come is written down (in a schema of its own) in the transaction
that brings the reports, so none is lost or doubled however often a feeder is stopped.
"""

import io
import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from psycopg2 import sql

from demo.reports import HISTORY, Report, Reports

DATABASE = "email_security"
READER = "sentiment_reader"

TABLES = """
CREATE TABLE customers (
    customer_id serial PRIMARY KEY,
    company_name varchar(255) NOT NULL,
    industry varchar(100),
    contact_person varchar(255),
    phone varchar(50),
    address text,
    city varchar(100),
    state varchar(100),
    country varchar(100),
    postal_code varchar(20),
    created_at timestamp DEFAULT (now() AT TIME ZONE 'UTC'),
    updated_at timestamp DEFAULT (now() AT TIME ZONE 'UTC')
);
CREATE TABLE email_samples (
    id serial PRIMARY KEY,
    customer_id integer REFERENCES customers,
    sample_type varchar(2) CHECK (sample_type IN ('FN', 'FP')),
    email_data jsonb,
    reported_at timestamp DEFAULT (now() AT TIME ZONE 'UTC')
);
CREATE INDEX email_samples_reported_at ON email_samples (reported_at);
"""
_PROGRESS = """
CREATE SCHEMA feeder;
CREATE TABLE feeder.progress (fed_until timestamp NOT NULL);
"""


def is_loaded(connection: Any) -> bool:
    """Whether the tables are there with their first load, which is one transaction."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('feeder.progress') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def load(connection: Any, reports: Reports, now: datetime) -> int:
    """Make the tables and bring 30 days of reports up to `now`, all or nothing. Says how many."""
    start = (now - HISTORY).replace(minute=0, second=0, microsecond=0)
    with connection, connection.cursor() as cursor:
        cursor.execute(TABLES + _PROGRESS)
        _copy_customers(cursor, reports)
        cursor.execute("INSERT INTO feeder.progress VALUES (%s)", [_naive(start)])
        brought = _bring(cursor, (r for r in _since(reports, start, now) if r.reported_at >= start))
        cursor.execute("UPDATE feeder.progress SET fed_until = %s", [_naive(now)])
    with connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE customers; ANALYZE email_samples")
    return brought


def feed(connection: Any, reports: Reports, now: datetime) -> int:
    """Bring what has arrived since the last time, 30 days at most. Says how many."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT fed_until FROM feeder.progress FOR UPDATE")
        fed_until = cursor.fetchone()[0].replace(tzinfo=UTC)
        if now <= fed_until:
            return 0
        brought = _bring(cursor, _since(reports, max(fed_until, now - HISTORY), now))
        cursor.execute("UPDATE feeder.progress SET fed_until = %s", [_naive(now)])
        return brought


def fed_until(connection: Any) -> datetime:
    """Up to when reports have been brought."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT fed_until FROM feeder.progress")
        return _aware(cursor.fetchone()[0])


def first_hour(connection: Any) -> datetime:
    """The hour of the oldest report."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('hour', min(reported_at)) FROM email_samples")
        return _aware(cursor.fetchone()[0])


def allow_reader(connection: Any, password: str) -> None:
    """A role that may read the two tables and nothing else, as the service needs no more."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [READER])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        statement = f"{verb} ROLE {{}} LOGIN PASSWORD {{}}"
        role = sql.Identifier(READER)
        cursor.execute(sql.SQL(statement).format(role, sql.Literal(password)))
        cursor.execute(sql.SQL("GRANT SELECT ON customers, email_samples TO {}").format(role))


def _since(reports: Reports, after: datetime, until: datetime) -> list[Report]:
    return sorted(reports.arriving(after, until), key=lambda report: report.arrives_at)


def _copy_customers(cursor: Any, reports: Reports) -> None:
    rows = [astuple(row) for row in reports.customers.rows]
    _copy(cursor, "COPY customers FROM STDIN", rows)
    cursor.execute("SELECT setval('customers_customer_id_seq', max(customer_id)) FROM customers")


def _bring(cursor: Any, reports: Iterable[Report]) -> int:
    rows = [
        (r.customer_id, r.sample_type, json.dumps(r.email_data), _naive(r.reported_at))
        for r in reports
    ]
    columns = "customer_id, sample_type, email_data, reported_at"
    _copy(cursor, f"COPY email_samples ({columns}) FROM STDIN", rows)
    return len(rows)


def _copy(cursor: Any, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
    lines = "".join("\t".join(_field(value) for value in row) + "\n" for row in rows)
    cursor.copy_expert(statement, io.StringIO(lines))


def _field(value: object) -> str:
    if value is None:
        return "\\N"
    text = str(value).replace("\\", "\\\\")
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _naive(moment: datetime) -> datetime:
    """As the source keeps it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
