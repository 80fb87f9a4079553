"""The vendor's database as tests need it: without the constraints that keep defects out."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from psycopg2.extras import execute_values

from demo.servers import PostgresServer

SCHEMA = """
CREATE TABLE customers (
  customer_id serial PRIMARY KEY, company_name varchar(300), industry varchar(120),
  contact_person varchar(255), phone varchar(50), address text, city varchar(100),
  state varchar(100), country varchar(100), postal_code varchar(20),
  created_at timestamp, updated_at timestamp);
CREATE TABLE email_samples (
  id serial PRIMARY KEY, customer_id integer, sample_type varchar(2), email_data jsonb,
  reported_at timestamp);
CREATE INDEX ON email_samples (reported_at);
"""


class SourceDatabase:
    """A database `email_security` and a connection to write to it."""

    def __init__(self, server: PostgresServer, connection: Any, name: str) -> None:
        self.server = server
        self.connection = connection
        self.name = name

    @classmethod
    @contextmanager
    def on(cls, server: PostgresServer, name: str = "email_security") -> Iterator["SourceDatabase"]:
        """Make the database on a server; it is dropped at the end."""
        server.create_database(name)
        connection = server.connect(name)
        connection.autocommit = True
        database = cls(server, connection, name)
        database.sql(SCHEMA)
        try:
            yield database
        finally:
            connection.close()
            server.drop_database(name)

    @property
    def connection_kwargs(self) -> dict[str, Any]:
        """What a DatabaseConfig needs to reach it."""
        return {
            "host": self.server.host,
            "port": self.server.port,
            "database_name": self.name,
            "username": self.server.user,
            "password": self.server.password,
            "connect_timeout": 5,
        }

    def clear(self) -> None:
        """No customers, no reports."""
        self.sql("TRUNCATE customers, email_samples RESTART IDENTITY")

    def sql(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        """Run a statement; its rows, if it gives any."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, params or None)
            return list(cursor.fetchall()) if cursor.description else []

    def customer(self, customer_id: int, industry: str | None = "Banking", **values: Any) -> int:
        """Add a customer; gives its id."""
        row = {
            "customer_id": customer_id,
            "company_name": f"Company {customer_id}",
            "industry": industry,
            "created_at": datetime(2020, 1, 1),  # noqa: DTZ001 - the source has no zone
            "updated_at": datetime(2020, 1, 1),  # noqa: DTZ001
        } | values
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        self.sql(f"INSERT INTO customers ({names}) VALUES ({marks})", *row.values())
        return customer_id

    def reports(self, customer_id: int | None, window: datetime, fn: int = 0, fp: int = 0) -> None:
        """Add reports within the hour that starts at `window` (UTC, as the source writes it)."""
        kinds = ["FN"] * fn + ["FP"] * fp
        naive = window.replace(tzinfo=None)
        rows = [
            (customer_id, kind, "{}", naive + timedelta(seconds=(i * 37) % 3600))
            for i, kind in enumerate(kinds)
        ]
        self.raw_reports(rows)

    def raw_reports(self, rows: list[tuple[Any, ...]]) -> None:
        """Add rows of (customer_id, sample_type, email_data, reported_at) as they are."""
        with self.connection.cursor() as cursor:
            execute_values(
                cursor,
                "INSERT INTO email_samples (customer_id, sample_type, email_data, reported_at) "
                "VALUES %s",
                rows,
            )
