"""A vendor's database of any size, made in a few statements.

Everything follows from the numbers of customer and window, so two sources of one size are equal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from demo.servers import PostgresServer

_TABLES = """
CREATE TABLE customers (
  customer_id serial PRIMARY KEY, company_name varchar(255) NOT NULL, industry varchar(100),
  contact_person varchar(255), phone varchar(50), address text, city varchar(100),
  state varchar(100), country varchar(100), postal_code varchar(20),
  created_at timestamp, updated_at timestamp);
CREATE TABLE email_samples (
  id serial PRIMARY KEY, customer_id integer, sample_type varchar(2), email_data jsonb,
  reported_at timestamp);
"""
_CUSTOMERS = """
INSERT INTO customers
SELECT c, 'Company ' || lpad((c * 7919::bigint %% 1000003)::text, 7, '0'), 'Industry ' || c %% 10,
       'Person ' || c, '+00 ' || c, c || ' Street', 'City ' || c %% 97, 'State ' || c %% 31,
       'Country ' || c %% 7, lpad((c %% 99999)::text, 5, '0'),
       timestamp '2024-01-01' + c * interval '1 second',
       timestamp '2024-01-01' + c * interval '1 second'
FROM generate_series(1, %(customers)s) AS c
"""
_REPORTS = """
INSERT INTO email_samples (customer_id, sample_type, email_data, reported_at)
SELECT c, CASE WHEN (c * 31 + h * 17 + i * 7) %% 5 < 3 THEN 'FN' ELSE 'FP' END, '{}',
       to_timestamp(h * 3600.0 + (c * 13 + i * 601) %% 3600) AT TIME ZONE 'UTC'
FROM unnest(%(hours)s) AS h, generate_series(1, %(customers)s) AS c,
     generate_series(0, (c + h) %% 3) AS i
WHERE (c + h) %% %(every)s = 0
"""
_INDEX = "CREATE INDEX ON email_samples (reported_at)"


@dataclass(frozen=True)
class SourceOf:
    """A filled source. Every customer reports once (one to three mails) in one of `every` of the
    `hours` (since 1970-01-01 UTC)."""

    server: PostgresServer
    name: str
    customers: int
    hours: Sequence[int]
    every: int = 1

    def fill(self) -> None:
        """Make the database and its rows."""
        self.server.create_database(self.name)
        connection = self.server.connect(self.name)
        given = {"customers": self.customers, "hours": list(self.hours), "every": self.every}
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(_TABLES)
                cursor.execute(_CUSTOMERS, given)
                cursor.execute(_REPORTS, given)
                cursor.execute(_INDEX)
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        finally:
            connection.close()

    def drop(self) -> None:
        """Its rows are needed no more."""
        self.server.drop_database(self.name)

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a product that reads it."""
        return {
            "SOURCE_DB_HOST": self.server.host,
            "SOURCE_DB_PORT": str(self.server.port),
            "SOURCE_DB_NAME": self.name,
            "SOURCE_DB_USER": self.server.user,
            "SOURCE_DB_PASSWORD": self.server.password,
        }


def last_full_hour() -> int:
    """The newest window that is over, as hours since 1970-01-01 UTC."""
    return int(datetime.now(UTC).timestamp() // 3600) - 1
