"""Cursors that name a row by the values it is sorted by, so that they stay valid when rows are
added before it."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import F, Model, Q
from django.db.models.expressions import OrderBy

from sentiment_api.graphql.errors import RefusedError


@dataclass(frozen=True)
class Term:
    """A column of an order. `parse` makes its value from what JSON keeps of it. Nulls come last,
    whatever the direction."""

    column: str
    parse: Callable[[Any], Any]
    descending: bool = False
    nullable: bool = False

    def ordering(self, backwards: bool) -> OrderBy:
        """For `order_by`."""
        column = F(self.column)
        down = self.descending != backwards
        if not self.nullable:
            return column.desc() if down else column.asc()
        if backwards:
            return column.desc(nulls_first=True) if down else column.asc(nulls_first=True)
        return column.desc(nulls_last=True) if down else column.asc(nulls_last=True)

    def beyond(self, value: Any, backwards: bool) -> Q:
        """Rows on the far side of a value."""
        if value is None:
            return Q(**{f"{self.column}__isnull": False}) if backwards else Q(pk__in=[])
        comparison = "lt" if self.descending != backwards else "gt"
        rows = Q(**{f"{self.column}__{comparison}": value})
        if self.nullable and not backwards:
            rows |= Q(**{f"{self.column}__isnull": True})
        return rows

    def at_or_beyond(self, value: Any, backwards: bool) -> Q:
        """Rows with a value or on its far side, in a column without nulls."""
        comparison = "lte" if self.descending != backwards else "gte"
        return Q(**{f"{self.column}__{comparison}": value})

    def equal(self, value: Any) -> Q:
        """Rows with this value."""
        if value is None:
            return Q(**{f"{self.column}__isnull": True})
        return Q(**{self.column: value})


@dataclass(frozen=True)
class Order:
    """A total order: its last column is a key."""

    name: str
    terms: tuple[Term, ...]

    def ordering(self, backwards: bool = False) -> list[OrderBy]:
        """For `order_by`."""
        return [term.ordering(backwards) for term in self.terms]

    def cursor(self, row: Model) -> str:
        """The cursor of a row."""
        values = [getattr(row, term.column) for term in self.terms]
        return base64.urlsafe_b64encode(orjson.dumps([self.name, *values])).decode()

    def beyond(self, cursor: str, argument: str, backwards: bool = False) -> Q:
        """Rows after a cursor in this order, or before it."""
        values = self._values(cursor, argument)
        rows, equal = Q(pk__in=[]), Q()
        for term, value in zip(self.terms, values, strict=True):
            rows |= equal & term.beyond(value, backwards)
            equal &= term.equal(value)
        first = self.terms[0]
        if not first.nullable:
            # Redundant, but it lets the database start at the right place of an index. One
            # comparison: at an alternative SQLite gathers and sorts all that follows.
            rows &= first.at_or_beyond(values[0], backwards)
        return rows

    def _values(self, cursor: str, argument: str) -> Sequence[Any]:
        try:
            name, *values = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
            if name == self.name:
                return [
                    None if value is None and term.nullable else term.parse(value)
                    for term, value in zip(self.terms, values, strict=True)
                ]
        except (ValueError, TypeError, OverflowError) as error:
            raise RefusedError(f"{argument}: {cursor[:80]!r} is no cursor of this list.") from error
        raise RefusedError(
            f"{argument}: this cursor belongs to the order {str(name)[:40]}, not to {self.name}."
        )


def key(value: Any) -> UUID:
    """The key of a row."""
    return UUID(_text(value))


def time(value: Any) -> datetime:
    """A time with its zone."""
    instant = datetime.fromisoformat(_text(value))
    if instant.tzinfo is None:
        raise ValueError("a time without a zone")
    return instant.astimezone(UTC)


def number(value: Any) -> float:
    """A number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return value


def whole(value: Any) -> int:
    """A whole number that the database can hold."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise TypeError(f"{value!r} is no whole number")
    return value


def text(value: Any) -> str:
    """A text that the database can hold."""
    if "\0" in (given := _text(value)):
        raise ValueError("a text with a null character")
    return given


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value
