"""Lists of rows, from the database's driver to JSON without an object for each row."""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import EmptyResultSet
from django.db.models import Func, QuerySet, TextField
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
        columns = _columns(rows, _kinds(type(self)))
        shown = [
            bulk.converted(field.kind, columns[field.columns[0]], _OF_SQLITE)
            if field.kind
            else self._computed(name, columns)
            for name, field in fields.items()
        ]
        return [dict(zip(fields, row, strict=True)) for row in zip(*shown, strict=True)]

    def _computed(self, name: str, columns: Mapping[str, Column]) -> Column:
        method = getattr(self, f"get_{name}")
        needed = self.computed[name]
        rows = map(_row_of(needed), *(columns[column] for column in needed))
        return list(map(method, rows))


@dataclass(frozen=True)
class _Field:
    """What a field is made of; `kind` is None where a method makes it."""

    columns: Sequence[str]
    kind: type | None


@cache
def _row_of(columns: Sequence[str]) -> Callable[..., Any]:
    """Makes what has these columns, and nothing else, of a row."""
    return namedtuple("Row", columns)


@cache
def _fields(serializer: type[ValuesSerializer]) -> Mapping[str, _Field]:
    return {
        name: _Field(serializer.computed[name], None)
        if name in serializer.computed
        else _Field([str(field.source).replace(".", "__")], type(field))
        for name, field in serializer().fields.items()
    }


@cache
def _kinds(serializer: type[ValuesSerializer]) -> Mapping[str, type | None]:
    """The columns of all fields, each of them once, with the kinds of the fields."""
    return {name: field.kind for field in _fields(serializer).values() for name in field.columns}


def _columns(rows: QuerySet[Any], kinds: Mapping[str, type | None]) -> Mapping[str, Column]:
    """As the driver gives them: the ORM's conversion of each value takes longer than all else."""
    selected = [_selected(name, kind) for name, kind in kinds.items()]
    try:
        found = bulk.fetch(*rows.values_list(*selected).query.sql_with_params())
    except EmptyResultSet:
        found = []
    columns: Iterable[Column] = zip(*found, strict=True) if found else [()] * len(kinds)
    return dict(zip(kinds, columns, strict=True))


class _InstantAsText(Func):
    """A time as JSON has it, from SQLite, which keeps a text: its driver would make an object of
    every one."""

    template = "replace(%(expressions)s, ' ', 'T') || 'Z'"
    output_field = TextField()


def _selected(name: str, kind: type | None) -> str | Func:
    if bulk.is_sqlite() and kind and issubclass(kind, serializers.DateTimeField):
        return _InstantAsText(name)
    return name


_OF_SQLITE: Mapping[Any, Callable[[Any], Any]] = {
    serializers.UUIDField: lambda text: (
        f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    ),
    serializers.BooleanField: bool,
}
