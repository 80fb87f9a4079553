"""Scalars of the schema."""

from datetime import UTC, datetime
from typing import Any

import graphene
from graphql import GraphQLError, StringValueNode, ValueNode


class DateTime(graphene.Scalar):
    """A point in time, ISO 8601. A time without a zone is UTC; a date is its midnight.
    Answers are always in UTC, such as `2026-01-05T13:00:00Z`."""

    @staticmethod
    def serialize(value: Any) -> str:
        """As REST writes it."""
        if not isinstance(value, datetime):
            raise GraphQLError(f"{value!r} is no point in time.")
        return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"

    @classmethod
    def parse_value(cls, value: Any) -> datetime:
        """A variable."""
        if not isinstance(value, str):
            raise GraphQLError(f"A time is a text such as {_EXAMPLES}.")
        try:
            instant = datetime.fromisoformat(value.strip())
            return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise GraphQLError(f"{value[:40]!r} is no time; write {_EXAMPLES}.") from error

    @classmethod
    def parse_literal(cls, node: ValueNode, _variables: Any = None) -> datetime:
        """A value that stands in the document."""
        if not isinstance(node, StringValueNode):
            raise GraphQLError(f"A time is a text such as {_EXAMPLES}.", node)
        return cls.parse_value(node.value)


_EXAMPLES = '"2026-01-05T13:00:00Z" or "2026-01-05"'
