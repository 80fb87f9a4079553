"""Connections to the source: read only, bounded in time, and with errors people can read."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import psycopg2
from psycopg2 import errors
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from config.allowed_hosts import HostNotAllowedError, checked
from config.models import DatabaseConfig
from jobs.source.patience import PatientConnection

APPLICATION_NAME = "customer-sentiment-analysis"

CUSTOMER_COLUMNS = (
    "customer_id",
    "company_name",
    "industry",
    "contact_person",
    "phone",
    "address",
    "city",
    "state",
    "country",
    "postal_code",
    "created_at",
    "updated_at",
)
VANISHED_SECONDS = 60
"""A machine that does not even acknowledge what it gets for so long is gone."""
REPORT_COLUMNS = ("customer_id", "sample_type", "reported_at")
NEEDED = {"customers": CUSTOMER_COLUMNS, "email_samples": REPORT_COLUMNS}


class Stage(StrEnum):
    """How far one comes with a source, in order."""

    REACHABLE = "reachable"
    CREDENTIALS = "credentials"
    TABLES = "tables"
    COLUMNS = "columns"
    READING = "reading"


class SourceError(Exception):
    """The source cannot be read. The message is one line: what, where, and what to do. `stage`
    is where it ended; what comes before it is well."""

    def __init__(self, message: str, stage: Stage = Stage.READING) -> None:
        super().__init__(message)
        self.stage = stage


@dataclass(frozen=True)
class Source:
    """An open connection to a source whose schema has been checked."""

    connection: PatientConnection
    config: DatabaseConfig
    column_types: dict[str, str]

    @contextmanager
    def snapshot(self) -> Iterator[datetime]:
        """A transaction that sees one state of the data; gives its time by the source's clock."""
        try:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT now()")
                ((read_at,),) = cursor.fetchall()
            yield read_at
        finally:
            self.connection.rollback()

    def try_reading(self) -> None:
        """Read nothing of all that is read: SourceError where that is not allowed."""
        with self.snapshot(), self.connection.cursor() as cursor:
            for table, columns in NEEDED.items():
                cursor.execute(f"SELECT {', '.join(columns)} FROM {table} LIMIT 0")  # noqa: S608

    def utc(self, column: str) -> str:
        """SQL for a column (`table.column`) as a UTC timestamp without zone.

        Takes the connection's zone as the parameter `zone` where the column has none.
        """
        if self.has_zone(column):
            return f"({column} AT TIME ZONE 'UTC')"
        if self.is_utc:
            return column
        return f"({column} AT TIME ZONE %(zone)s AT TIME ZONE 'UTC')"

    def has_zone(self, column: str) -> bool:
        """Does the column (`table.column`) say itself in which zone it is?"""
        return self.column_types.get(column) == "timestamp with time zone"

    @property
    def is_utc(self) -> bool:
        """Do timestamps without a zone mean UTC?"""
        return self.config.source_timezone.upper() in ("UTC", "ETC/UTC", "GMT")


@contextmanager
def open_source(config: DatabaseConfig) -> Iterator[Source]:
    """Connect and check the schema; SourceError says what went wrong, then or later."""
    try:
        with _connected(config) as link:
            yield Source(link, config, _column_types(link, config))
    except HostNotAllowedError as error:
        raise SourceError(f"source {config.address}: {error}") from error
    except psycopg2.Error as error:
        raise SourceError(explain(error, config), _stage(error)) from error


@contextmanager
def _connected(config: DatabaseConfig) -> Iterator[PatientConnection]:
    place: dict[str, Any] = checked(config.host).as_parameters()
    link: PatientConnection = psycopg2.connect(
        connection_factory=PatientConnection,
        **place,
        port=config.port,
        dbname=config.database_name,
        user=config.username,
        password=config.password.reveal(),
        sslmode=config.sslmode,
        connect_timeout=config.connect_timeout,
        application_name=APPLICATION_NAME,
        keepalives_idle=30,
        keepalives_interval=10,
        keepalives_count=3,
        tcp_user_timeout=VANISHED_SECONDS * 1000,
    )
    try:
        # A server that is well ends the statement itself before.
        link.patience = config.statement_timeout + config.connect_timeout
        if link.get_parameter_status("server_encoding") == "SQL_ASCII":
            # The server does not know what its bytes mean; LATIN1 reads any of them.
            with link.waiting():
                link.set_client_encoding("LATIN1")
        link.set_session(autocommit=True)
        with link.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false), "
                "set_config('TimeZone', 'UTC', false)",
                [f"{config.statement_timeout}s"],
            )
        link.set_session(
            isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True, autocommit=False
        )
        yield link
    finally:
        link.close()


def _column_types(link: PatientConnection, config: DatabaseConfig) -> dict[str, str]:
    """The types of the columns that are read; SourceError names what is missing."""
    with link.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname, format_type(a.atttypid, NULL) "
            "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.oid IN (to_regclass('customers'), to_regclass('email_samples')) "
            "AND a.attnum > 0 AND NOT a.attisdropped"
        )
        found = {(name, column): kind for name, column, kind in cursor.fetchall()}
    link.rollback()
    for name, needed in NEEDED.items():
        there = {column for table, column in found if table == name}
        if not there:
            raise SourceError(
                f"source {config.address}: there is no table {name}; "
                "check that the connection names the right database and schema",
                Stage.TABLES,
            )
        missing = [column for column in needed if column not in there]
        if missing:
            raise SourceError(
                f"source {config.address}: table {name} has no column {', '.join(missing)}; "
                "check that the connection names the right database",
                Stage.COLUMNS,
            )
    return {f"{table}.{column}": kind for (table, column), kind in found.items()}


ADVICE: list[tuple[type[psycopg2.Error], str]] = [
    (errors.InsufficientPrivilege, "grant SELECT on customers and email_samples to this user"),
    (errors.QueryCanceled, "raise the connection's statement timeout, or index reported_at"),
]


def explain(error: psycopg2.Error, config: DatabaseConfig) -> str:
    """One line for a psycopg2 error: where, what, and what to do."""
    # libpq indents what it supposes about an error, and gives a line to each address it tried.
    lines = [line for line in str(error).splitlines() if line and not line.startswith("\t")]
    tried = [line for line in lines if line.startswith("connection to server")]
    what = (tried or lines[:1] or [type(error).__name__])[-1].strip()
    advice = next((text for kind, text in ADVICE if isinstance(error, kind)), None)
    if advice is None and isinstance(error, psycopg2.OperationalError):
        advice = _connection_advice(str(error))
    return f"source {config.address}: {what.rstrip('.?')}" + (f"; {advice}" if advice else "")


def _connection_advice(text: str) -> str:
    if _refused(text):
        return "check user name and password of the active database connection"
    if "does not exist" in text:
        return "check the database name of the active database connection"
    if "SSL" in text:
        return "check the sslmode of the active database connection"
    return "check host and port of the active database connection, and that the server runs"


def _refused(text: str) -> bool:
    """Does the server answer, but not let this user in?"""
    role = "role " in text and "does not exist" in text
    return role or any(part in text for part in ("authentication failed", "no password supplied"))


def _stage(error: psycopg2.Error) -> Stage:
    text = str(error)
    if error.pgcode is not None or not isinstance(error, psycopg2.OperationalError):
        return Stage.READING
    if _refused(text) or "pg_hba.conf" in text or "permission denied for database" in text:
        return Stage.CREDENTIALS
    return Stage.TABLES if "does not exist" in text else Stage.REACHABLE
