"""Lists of rows, from the database's driver to JSON without an object for each row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from rest_framework import serializers

from jobs import bulk

Column = Sequence[Any]


class ValuesListSerializer(serializers.ListSerializer[Any]):
    """Gives of a queryset what the child would give row by row."""

    child: "ValuesSerializer"

    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        """The rows as they are answered."""
        if isinstance(data, QuerySet):
            return self.child.rows_of(data)
        rows: list[dict[str, Any]] = super().to_representation(data)
        return rows


class ValuesSerializer(serializers.ModelSerializer[Any]):
    """Of a model, with fields that are columns (or columns of a relation), but for those that
    `computed` names: their methods read the columns given there, and nothing else of a row."""

    computed: ClassVar[Mapping[str, Sequence[str]]] = {}

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> serializers.BaseSerializer[Any]:
        """A list of them."""
        kwargs["child"] = cls(context=kwargs.get("context", {}))
        return ValuesListSerializer(*args, **kwargs)

    def rows_of(self, rows: QuerySet[Any]) -> list[dict[str, Any]]:
        """The rows as they are answered."""
        fields = _fields(type(self))
        columns = _columns(rows, _all(field.columns for field in fields.values()))
        shown = [
            _as_json(field.kind, columns[field.columns[0]])
            if field.kind
            else self._computed(name, columns)
            for name, field in fields.items()
        ]
        return [dict(zip(fields, row, strict=True)) for row in zip(*shown, strict=True)]

    def _computed(self, name: str, columns: Mapping[str, Column]) -> Column:
        method = getattr(self, f"get_{name}")
        needed = self.computed[name]
        values = zip(*(columns[column] for column in needed), strict=True)
        return [method(SimpleNamespace(**dict(zip(needed, row, strict=True)))) for row in values]


@dataclass(frozen=True)
class _Field:
    """What a field is made of; `kind` is None where a method makes it."""

    columns: Sequence[str]
    kind: type | None


@cache
def _fields(serializer: type[ValuesSerializer]) -> Mapping[str, _Field]:
    return {
        name: _Field(serializer.computed[name], None)
        if name in serializer.computed
        else _Field([str(field.source).replace(".", "__")], type(field))
        for name, field in serializer().fields.items()
    }


def _all(groups: Iterable[Sequence[str]]) -> Sequence[str]:
    """Each of them once."""
    return list(dict.fromkeys(name for group in groups for name in group))


def _columns(rows: QuerySet[Any], names: Sequence[str]) -> Mapping[str, Column]:
    """As the driver gives them: the ORM's conversion of each value takes longer than all else."""
    try:
        found = bulk.fetch(*rows.values_list(*names).query.sql_with_params())
    except EmptyResultSet:
        found = []
    columns: Iterable[Column] = zip(*found, strict=True) if found else [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _as_json(kind: type, column: Column) -> Column:
    """PostgreSQL's driver gives times and keys as such, SQLite's without zone, or as texts."""
    if not bulk.is_sqlite():
        return column
    for one, convert in _OF_SQLITE.items():
        if issubclass(kind, one):
            return [None if value is None else convert(value) for value in column]
    return column


def _instant(value: Any) -> datetime:
    """Columns come as times, expressions as texts."""
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time.replace(tzinfo=UTC)


_OF_SQLITE: Mapping[Any, Callable[[Any], Any]] = {
    serializers.DateTimeField: _instant,
    serializers.UUIDField: lambda text: (
        f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    ),
    serializers.BooleanField: bool,
}
