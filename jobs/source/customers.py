"""Customers, as the source describes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from jobs.source.connection import CUSTOMER_COLUMNS, Source

BATCH = 5000


@dataclass(frozen=True)
class SourceCustomer:
    """A row of `customers`; times in UTC."""

    customer_id: int
    company_name: str | None
    industry: str | None
    contact_person: str | None
    phone: str | None
    address: str | None
    city: str | None
    state: str | None
    country: str | None
    postal_code: str | None
    created_at: datetime | None
    updated_at: datetime | None


def read_customers(
    source: Source,
    changed_since: datetime | None = None,
    customer_ids: Sequence[int] | None = None,
) -> Iterator[list[SourceCustomer]]:
    """Batches of customers by rising id: all, those changed since an instant (or without any
    date of change), or those with the given ids."""
    dates = [_calendar_date(source, f"customers.{name}") for name in ("created_at", "updated_at")]
    changed = f"coalesce({dates[1]}, {dates[0]})"
    where = "TRUE"
    params: dict[str, object] = {"zone": source.config.source_timezone}
    if changed_since is not None:
        where = f"({changed} >= %(since)s OR {changed} IS NULL)"
        params["since"] = changed_since.astimezone(UTC).replace(tzinfo=None)
    if customer_ids is not None:
        where += " AND customer_id = ANY(%(ids)s)"
        params["ids"] = list(customer_ids)
    fields = ", ".join([*CUSTOMER_COLUMNS[:-2], *dates])
    with source.snapshot(), source.connection.cursor("customers") as cursor:
        cursor.itersize = BATCH
        cursor.execute(
            f"SELECT {fields} FROM customers WHERE {where} ORDER BY customer_id",  # noqa: S608
            params,
        )
        while rows := cursor.fetchmany(BATCH):
            yield [SourceCustomer(*row[:-2], *map(_aware, row[-2:])) for row in rows]


def _calendar_date(source: Source, column: str) -> str:
    """SQL for a timestamp; null where it lies outside the years that Python knows."""
    return (
        f"CASE WHEN {column} >= '0001-01-02' AND {column} < '9999-12-30' "
        f"THEN {source.utc(column)} END"
    )


def _aware(instant: datetime | None) -> datetime | None:
    return instant.replace(tzinfo=UTC) if instant else None
