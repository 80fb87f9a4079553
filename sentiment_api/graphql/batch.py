"""Nested values, read once for all parents that stand beside each other.

Rows that are answered together know each other as siblings. The first of them that is asked for
a nested value reads it for all of them, so the number of queries does not grow with their number.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)
Value = TypeVar("Value")

_ATTRIBUTE = "_graphql_siblings"


class Siblings(Generic[Row]):
    """Rows that are answered together. `times` is how often they appear in the answer, which is
    more than their number where several parents share one."""

    def __init__(self, rows: Iterable[Row], times: int | None = None) -> None:
        self.rows: Sequence[Row] = list(rows)
        self.times = len(self.rows) if times is None else times
        self._read: dict[Hashable, Mapping[Any, Any]] = {}
        for row in self.rows:
            setattr(row, _ATTRIBUTE, self)

    def read(
        self, name: Hashable, reader: Callable[["Siblings[Row]"], Mapping[Any, Value]]
    ) -> Mapping[Any, Value]:
        """What the reader says of all of them; it is asked once for each name."""
        if name not in self._read:
            self._read[name] = reader(self)
        return self._read[name]


def together(rows: Iterable[Row], times: int | None = None) -> list[Row]:
    """Let these rows be siblings."""
    return list(Siblings(rows, times).rows)


def siblings_of(row: Row) -> Siblings[Row]:
    """The siblings of a row, itself among them."""
    found: Siblings[Row] | None = getattr(row, _ATTRIBUTE, None)
    return Siblings([row]) if found is None else found
