"""Scalars of the schema."""

from datetime import UTC, datetime
from typing import Any

import graphene
from graphql import GraphQLError, StringValueNode, ValueNode

from sentiment_api.times import ALLOWED, parse_time


class DateTime(graphene.Scalar):
    """A point in time, ISO 8601. A time without a zone is UTC; a date is its midnight.
    Answers are always in UTC, such as `2026-01-05T13:00:00Z`."""

    @staticmethod
    def serialize(value: Any) -> str:
        """As REST writes it."""
        if not isinstance(value, datetime):
            raise GraphQLError(f"{value!r} is no point in time.")
        in_utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return in_utc.isoformat().removesuffix("+00:00") + "Z"

    @classmethod
    def parse_value(cls, value: Any) -> datetime:
        """A variable."""
        if not isinstance(value, str):
            raise GraphQLError(f"A time is a text; {ALLOWED}.")
        try:
            return parse_time(value)
        except ValueError as error:
            raise GraphQLError(f"{error}.") from error

    @classmethod
    def parse_literal(cls, node: ValueNode, _variables: Any = None) -> datetime:
        """A value that stands in the document."""
        try:
            return cls.parse_value(node.value if isinstance(node, StringValueNode) else None)
        except GraphQLError as error:
            raise GraphQLError(error.message, nodes=node) from error


class Value(graphene.Scalar):
    """A number, a text, true or false: what differs between two revisions."""

    @staticmethod
    def serialize(value: Any) -> Any:
        """As it is."""
        return value
