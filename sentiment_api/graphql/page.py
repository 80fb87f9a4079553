"""One page of a connection. Nothing is read before it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from sentiment_api.graphql.batch import together
from sentiment_api.graphql.budget import Budget
from sentiment_api.graphql.cursors import Order
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits.numbers import PAGE_ROWS
from sentiment_api.graphql.reading import read

DEFAULT_SIZE = 50


@dataclass(frozen=True)
class Ordered:
    """Rows, and the order in which they are paged."""

    rows: QuerySet[Any]
    order: Order


@dataclass(frozen=True)
class Edge:
    """A row with its cursor."""

    node: Any
    order: Order

    @property
    def cursor(self) -> str:
        """Where this row stands."""
        return self.order.cursor(self.node)


class Page:
    """The rows that `first` and `after`, or `last` and `before`, ask for, with these columns or
    as whole models. Serves as the connection and as its page info."""

    def __init__(
        self,
        source: Ordered,
        budget: Budget,
        columns: Sequence[str] | None = None,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> None:
        if first is not None and last is not None:
            raise RefusedError("first, last: give one of them, not both.")
        self._backwards = last is not None
        self._size = (
            _checked_size("last", last) if self._backwards else _checked_size("first", first)
        )
        self._source, self._budget = source, budget
        self._columns = columns
        self._after, self._before = after, before
        self._bounded = self._within(after, before)

    @property
    def page_info(self) -> "Page":
        """The page itself."""
        return self

    @cached_property
    def total_count(self) -> int:
        """How many rows there are on all pages."""
        return self._source.rows.order_by().count()

    @cached_property
    def edges(self) -> list[Edge]:
        """The rows of the page."""
        return [Edge(row, self._source.order) for row in self._rows]

    @property
    def start_cursor(self) -> str | None:
        """The cursor of the first row."""
        return self._source.order.cursor(self._rows[0]) if self._rows else None

    @property
    def end_cursor(self) -> str | None:
        """The cursor of the last row."""
        return self._source.order.cursor(self._rows[-1]) if self._rows else None

    @property
    def has_next_page(self) -> bool:
        """Are there rows after this page?"""
        if not self._backwards:
            return self._more
        edge = self.end_cursor or self._before
        return edge is not None and self._within(after=edge).exists()

    @property
    def has_previous_page(self) -> bool:
        """Are there rows before this page?"""
        if self._backwards:
            return self._more
        edge = self.start_cursor or self._after
        return edge is not None and self._within(before=edge).exists()

    @cached_property
    def _read(self) -> list[Any]:
        """The rows of the page, in the direction of reading, and one more if there is one."""
        self._budget.take(self._size)
        ordering = self._source.order.ordering(self._backwards)
        rows = self._bounded.order_by(*ordering)[: self._size + 1]
        if self._columns is None:
            return list(rows)
        return read(rows, [*self._columns, *(term.column for term in self._source.order.terms)])

    @property
    def _more(self) -> bool:
        return len(self._read) > self._size

    @cached_property
    def _rows(self) -> list[Any]:
        rows = self._read[: self._size]
        rows = rows[::-1] if self._backwards else rows
        return together(rows) if self._columns is None else rows

    def _within(self, after: str | None = None, before: str | None = None) -> QuerySet[Any]:
        rows, order = self._source.rows, self._source.order
        if after is not None:
            rows = rows.filter(order.beyond(after, "after"))
        if before is not None:
            rows = rows.filter(order.beyond(before, "before", backwards=True))
        return rows


def _checked_size(argument: str, size: int | None) -> int:
    if size is None:
        return DEFAULT_SIZE
    if size < 0:
        raise RefusedError(f"{argument}: must not be negative; 0 to {PAGE_ROWS}.")
    if size > PAGE_ROWS:
        raise RefusedError(
            f"{argument}: {size} rows are more than a page may hold; 0 to {PAGE_ROWS}.",
            Code.LIMIT_EXCEEDED,
            limit=PAGE_ROWS,
        )
    return size
