"""The vendor's database as the pipeline's benchmarks read it: generated from a seed.

Few customers report much and many report little, each leaning to one kind. Industries are spelt as
people spell them; one has no baseline, and some customers have none.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from demo.source import TABLES

SEED = 6
REPORTS = 0.5
"""Of a customer in a window, on average: some report in every fourth window."""
LATE = 0.03
"""The share of reports that arrive when their window has been read already."""
INDUSTRIES = (
    *("Banking", "Education", "Energy", "Government", "Healthcare", "Insurance", "Legal"),
    *("Manufacturing", "Retail", "Technology", "Aviation", "banking", " RETAIL "),
)
_COLUMNS = (
    *("customer_id", "company_name", "industry", "contact_person", "phone", "address", "city"),
    *("state", "country", "postal_code", "created_at", "updated_at"),
)


def fill(connection: Any, customers: int, hours: range) -> None:
    """Make the tables, with reports in all of these hours (since 1970)."""
    with connection, connection.cursor() as cursor:
        cursor.execute(TABLES)
        lines = "".join(map(_customer, range(1, customers + 1)))
        cursor.copy_expert(f"COPY customers ({', '.join(_COLUMNS)}) FROM STDIN", io.StringIO(lines))
        chance = np.random.default_rng(SEED)
        _report(cursor, _drawn(chance, customers, hours, REPORTS))
    _analyze(connection)


def one_more_hour(connection: Any, customers: int, hours: range) -> None:
    """What has come since the last run: the reports of the last of these hours, late ones of
    those before, and customers that were edited."""
    chance = np.random.default_rng(SEED + 1)
    with connection, connection.cursor() as cursor:
        _report(cursor, _drawn(chance, customers, hours[-1:], REPORTS))
        late = REPORTS * LATE / (len(hours) - 1)
        _report(cursor, _drawn(chance, customers, hours[:-1], late))
        cursor.execute(
            "UPDATE customers SET city = 'Elsewhere', updated_at = %s WHERE customer_id %% 500 = 7",
            [datetime.fromtimestamp(hours[-1] * 3600 + 600, UTC).replace(tzinfo=None)],
        )
    _analyze(connection)


def _customer(number: int) -> str:
    born = f"2024-{1 + number % 12:02d}-{1 + number % 28:02d} {number % 24:02d}:30:00"
    industry = "\\N" if number % 97 == 0 else INDUSTRIES[number % len(INDUSTRIES)]
    return (
        f"{number}\tCompany {number:06d}\t{industry}\tMail desk {number}"
        f"\t+1-555-01{number % 100:02d}\t{number} Example Street\tCity {number % 89}"
        f"\tState {number % 31}\tCountry {number % 7}\tEX{number:05d}\t{born}\t{born}\n"
    )


def _drawn(
    chance: np.random.Generator, customers: int, hours: range, reports: float
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """For each hour customers, FN and FP, a row for each customer that reports."""
    people = np.random.default_rng(SEED)
    size = np.minimum(people.lognormal(0.0, 1.5, customers), 40)
    rate = size / size.mean() * reports
    share = people.beta(4, 3, customers)
    for hour in hours:
        fn, fp = chance.poisson(rate * share), chance.poisson(rate * (1 - share))
        who = np.flatnonzero(fn + fp)
        yield hour, np.stack([who + 1, fn[who], fp[who]])


def _report(cursor: Any, drawn: Iterator[tuple[int, NDArray[np.int64]]]) -> None:
    """Write the reports, in the order of their hours."""
    cursor.execute("CREATE TEMPORARY TABLE drawn (hour int, customer int, fn int, fp int)")
    for hour, rows in drawn:
        lines = "".join(f"{hour}\t{c}\t{fn}\t{fp}\n" for c, fn, fp in rows.T.tolist())
        cursor.copy_expert("COPY drawn FROM STDIN", io.StringIO(lines))
    cursor.execute(
        """
        INSERT INTO email_samples (customer_id, sample_type, email_data, reported_at)
        SELECT customer, kind, '{}', to_timestamp(hour * 3600 + (n * 37 + customer) % 3600)
            AT TIME ZONE 'UTC'
        FROM drawn CROSS JOIN LATERAL (
            SELECT 'FN' AS kind, generate_series(1, fn) AS n
            UNION ALL SELECT 'FP', generate_series(1, fp)
        ) AS each
        ORDER BY hour"""
    )
    cursor.execute("DROP TABLE drawn")


def _analyze(connection: Any) -> None:
    with connection, connection.cursor() as cursor:
        cursor.execute("ANALYZE customers; ANALYZE email_samples")
