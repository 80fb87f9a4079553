"""Rows by what stands in the address."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from jobs import bulk
from sentiment_api.filters.fields import parse_id
from sentiment_api.models import Customer
from sentiment_api.rest.errors import NotFoundComplaint


def customer_by_id(rows: QuerySet[Customer], text: str) -> Customer:
    """A customer by its id in the source."""
    customer_id = customer_id_of(text)
    customer = rows.filter(customer_id=customer_id).first()
    if customer is None:
        raise _no_customer(customer_id)
    return customer


def customer_key(text: str) -> int:
    """The local key of a customer, by its id in the source."""
    customer_id = customer_id_of(text)
    found = bulk.fetch(
        f"SELECT id FROM {bulk.table(Customer)} WHERE customer_id = %s",  # noqa: S608
        [customer_id],
    )
    if not found:
        raise _no_customer(customer_id)
    return int(found[0][0])


def customer_id_of(text: str) -> int:
    """The id of a customer as it stands in the address."""
    try:
        return parse_id(text)
    except ValidationError as error:
        raise NotFoundComplaint({"customer_id": error.messages}) from error


def _no_customer(customer_id: int) -> NotFoundComplaint:
    return NotFoundComplaint({"customer_id": f"There is no customer {customer_id}."})


def row_by_job_id(rows: QuerySet[Any], text: str) -> Any:
    """A result by its key, current or superseded."""
    try:
        job_id = uuid.UUID(text)
    except ValueError as error:
        raise NotFoundComplaint({"job_id": f"{text[:60]!r} is no UUID."}) from error
    row = rows.filter(pk=job_id).first()
    if row is None:
        raise NotFoundComplaint({"job_id": f"There is no result {job_id}."})
    return row


def row_by_number(rows: QuerySet[Any], text: str) -> Any:
    """A row of the configuration by its key."""
    try:
        key = parse_id(text)
    except ValidationError as error:
        raise NotFoundComplaint({"id": error.messages}) from error
    row = rows.filter(pk=key).first()
    if row is None:
        raise NotFoundComplaint({"id": f"There is no row {key}."})
    return row
