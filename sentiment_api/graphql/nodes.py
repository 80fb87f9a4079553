"""Global ids: `base64("<type>:<key>")`, as Relay has them."""

from typing import Any
from uuid import UUID

import graphene
from django.db.models import QuerySet
from graphql_relay import from_global_id

from sentiment_api.filters.fields import BIGGEST
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.models import Customer


class Node(graphene.relay.Node):
    """An object that can be fetched again by its global id."""

    @classmethod
    def get_node_from_global_id(cls, info: Any, global_id: str, only_type: Any = None) -> Any:  # noqa: ARG003
        """The object; null when there is none (any more)."""
        type_name, key = split_global_id(global_id)
        found = info.schema.get_type(type_name)
        node_type = getattr(found, "graphene_type", None)
        if node_type is None or cls not in getattr(node_type._meta, "interfaces", ()):
            raise RefusedError(f"id: {global_id[:80]!r} names no type of object that has an id.")
        return node_type.get_node(info, key)


def split_global_id(global_id: str) -> tuple[str, str]:
    """The type and the key in a global id."""
    type_name, key = from_global_id(global_id)
    if not type_name or not key:
        raise RefusedError(f"id: {global_id[:80]!r} is no global id.")
    return type_name, key


def node_key(global_id: str, node_type: Any) -> str:
    """The key in the global id of a row of this type."""
    type_name, key = split_global_id(global_id)
    if type_name != node_type._meta.name:
        raise RefusedError(f"id: this is the id of a {type_name}, not of a {node_type._meta.name}.")
    return key


def customer_key(text: str, argument: str = "customerId") -> int | None:
    """The source's key of a customer, given as it is or as a global id; None for a number that
    no customer can have."""
    if not _is_number(text):
        type_name, key = _split_for(argument, text)
        if type_name != "CustomerType":
            raise RefusedError(f"{argument}: this is the id of a {type_name}, not of a customer.")
        text = key
    if not _is_number(text):
        raise RefusedError(f"{argument}: {text[:80]!r} is neither a number nor a global id.")
    number = int(text) if len(text) < 20 else BIGGEST + 1
    return number if abs(number) <= BIGGEST else None


def _split_for(argument: str, text: str) -> tuple[str, str]:
    try:
        return split_global_id(text)
    except RefusedError as error:
        raise RefusedError(
            f"{argument}: {text[:80]!r} is neither the number of a customer nor a global id."
        ) from error


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit()


def find_customer(
    customers: QuerySet[Customer], text: str, argument: str = "customerId"
) -> Customer | None:
    """The one of these customers with this number or global id."""
    key = customer_key(text, argument)
    return None if key is None else customers.filter(customer_id=key).first()


def found_result(text: str, node_type: Any, *related: str) -> Any:
    """The result of this type with this key or global id, current or superseded, with its related
    rows of these names; RefusedError when there is none."""
    key = row_key(text) or row_key(node_key(text, node_type))
    rows = node_type._meta.model.objects.all()
    if related:
        rows = rows.select_related(*related)
    row = None if key is None else rows.filter(pk=key).first()
    if row is None:
        raise RefusedError(f"id: there is no result {text[:80]}.", Code.NOT_FOUND)
    return row


def row_key(text: str) -> UUID | None:
    """The key of a result; None for a text that is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
