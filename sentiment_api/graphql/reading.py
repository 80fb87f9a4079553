"""Rows of which only the columns are read that a query asks for, without a model for each.

A type says which of its fields it can answer from such rows (`columns`): plain columns, those of a
related row that is joined (`customer__company_name`), or several that its resolver reads. As soon
as a query asks for any other field, whole models are read.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import QuerySet
from graphene.utils.str_converters import to_camel_case
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)

from jobs import bulk
from sentiment_api.graphql.batch import together

Fragments = Mapping[str, FragmentDefinitionNode]


class Row:
    """A row with some of its columns; related rows are rows, too, or None."""

    model: ClassVar[type[models.Model]]


class Readable:
    """A type whose fields need not a whole model; a mixin of object types."""

    columns: ClassVar[Mapping[str, Sequence[str]]] = {}
    """By the name of the field: what its resolver reads, where that is not the column of the
    same name."""
    related: ClassVar[Mapping[str, Callable[[], Any]]] = {}
    """Fields that are a related row, with its type."""
    whole: ClassVar[Sequence[str]] = ()
    """Fields whose resolvers need a model."""
    annotated: ClassVar[Sequence[str]] = ()
    """Fields that rest on annotations of the query, which a related row does not have."""

    @classmethod
    def is_type_of(cls, root: Any, info: Any) -> bool:
        """Also of rows without a model."""
        if isinstance(root, Row):
            return root.model is cls._meta.model  # type: ignore[attr-defined]
        return bool(super().is_type_of(root, info))  # type: ignore[misc]


def asked(type_: Any, info: Any, *way: str) -> Sequence[str] | None:
    """The columns that answer what the query asks for of this type, in the field that `info` is
    about or on the way down from there; None where that takes whole models."""
    if not issubclass(type_, Readable):
        return None
    nodes: Iterable[FieldNode] = info.field_nodes
    for name in way:
        nodes = [
            part
            for node in nodes
            for part in _fields(node.selection_set, info.fragments)
            if part.name.value == name
        ]
    found: dict[str, None] = {}
    for node in nodes:
        columns = _asked(type_, node.selection_set, info.fragments)
        if columns is None:
            return None
        found |= dict.fromkeys(columns)
    return list(found)


def _asked(
    type_: Any, selection: SelectionSetNode | None, fragments: Fragments, of_relation: bool = False
) -> Sequence[str] | None:
    whole = {*type_.whole, *(type_.annotated if of_relation else ())}
    found: list[str] = []
    for node in _fields(selection, fragments):
        name = node.name.value
        field = _names(type_).get(name)
        if name == "__typename":
            continue
        if field is None or field in whole:
            return None
        if field in type_.related:
            inner = _asked(type_.related[field](), node.selection_set, fragments, of_relation=True)
            if inner is None or node.arguments:
                return None
            found += [f"{field}__pk", *(f"{field}__{column}" for column in inner)]
        else:
            found += type_.columns.get(field, (field,))
    return found


@cache
def _names(type_: Any) -> Mapping[str, str]:
    """The names of a type's fields in Python, by those in GraphQL."""
    return {to_camel_case(name): name for name in type_._meta.fields}


def _fields(selection: SelectionSetNode | None, fragments: Fragments) -> Iterator[FieldNode]:
    """The fields of a selection with its fragments written out, whatever directives say."""
    for part in selection.selections if selection else ():
        if isinstance(part, FieldNode):
            yield part
        elif isinstance(part, InlineFragmentNode):
            yield from _fields(part.selection_set, fragments)
        elif isinstance(part, FragmentSpreadNode):
            yield from _fields(fragments[part.name.value].selection_set, fragments)


def read(rows: QuerySet[Any], columns: Sequence[str] | None) -> list[Any]:
    """The rows: with these columns, or as models that know each other."""
    if columns is None:
        return together(rows)
    # In one order, whatever the client's: shapes are kept.
    selected = sorted(set(columns)) or ["pk"]
    model: Any = rows.model
    shape = _shape(model, tuple(selected))
    query = rows.values_list(*selected).query
    try:
        found = bulk.fetch(*query.sql_with_params())
    except EmptyResultSet:
        return []
    converted = [
        bulk.converted(_kind(query, model, name), column, _OF_SQLITE)
        for name, column in zip(selected, zip(*found, strict=True), strict=False)
    ]
    return shape.rows(converted)


class _Shape(NamedTuple):
    """How rows with some columns are made: `own` columns by place, and related rows."""

    row: type[Any]
    own: Sequence[int]
    key: int | None
    """The place of the key; without one there is no such row."""
    related: Sequence["_Shape"]

    def rows(self, columns: Sequence[Sequence[Any]]) -> list[Any]:
        """The rows of these columns."""
        if not columns:
            return []
        parts = [columns[place] for place in self.own]
        parts += [inner.rows(columns) for inner in self.related]
        made = map(self.row, *parts)
        if self.key is None:
            return list(made)
        return [
            row if key is not None else None
            for row, key in zip(made, columns[self.key], strict=True)
        ]


@lru_cache(maxsize=256)
def _shape(model: type[models.Model], columns: tuple[str, ...]) -> _Shape:
    return _shape_of(model, [(place, name.split("__")) for place, name in enumerate(columns)])


def _shape_of(
    model: type[models.Model], columns: Sequence[tuple[int, list[str]]], of_relation: bool = False
) -> _Shape:
    own = [(place, way[0]) for place, way in columns if len(way) == 1]
    names = list(dict.fromkeys(way[0] for _, way in columns if len(way) > 1))
    related = [
        _shape_of(
            _related_model(model, name),
            [(place, way[1:]) for place, way in columns if len(way) > 1 and way[0] == name],
            of_relation=True,
        )
        for name in names
    ]
    fields = [*(name for _, name in own), *names]
    row = type("Row", (Row, namedtuple("Columns", fields)), {"model": model, "__slots__": ()})
    key = next((place for place, name in own if name == "pk"), None) if of_relation else None
    return _Shape(row, [place for place, _ in own], key, related)


def _related_model(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name).related_model


def _kind(query: Any, model: type[models.Model], name: str) -> type:
    """What kind of values a column has."""
    if name in query.annotations:
        return type(query.annotations[name].output_field)
    *way, last = name.split("__")
    for step in way:
        model = _related_model(model, step)
    return type(model._meta.pk if last == "pk" else model._meta.get_field(last))


def _instant(value: Any) -> datetime:
    """Columns come as times, expressions as texts."""
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time.replace(tzinfo=UTC)


_OF_SQLITE: Mapping[type, Callable[[Any], Any]] = {
    models.DateTimeField: _instant,
    models.UUIDField: UUID,
    models.BooleanField: bool,
}
