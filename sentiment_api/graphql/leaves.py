"""Scalars of objects, read and written out without ceremony."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphene.types.resolver import dict_or_attr_resolver
from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    Undefined,
    is_leaf_type,
)
from graphql.execution.execute import get_field_def
from graphql.pyutils import Path

from sentiment_api.graphql.columns import ColumnarExecution

_Fields = Mapping[str, list[FieldNode]]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A field without arguments that holds a scalar. Its value is an attribute (or a key), where
    `resolve` is None."""

    field: GraphQLField
    attribute: str
    default: Any
    resolve: Callable[..., Any] | None
    serialize: Callable[[Any], Any]
    never_null: bool


_Plan = Sequence[tuple[str, list[FieldNode], _Leaf | None]]


class QuickExecution(ColumnarExecution):
    """Executes as graphql-core does, except that what a scalar of an object takes is looked up
    once for all objects of a list. Whatever does not fit is left to graphql-core, which says
    where. Resolvers are not asynchronous."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: dict[int, tuple[_Fields, _Plan]] = {}

    def execute_fields(
        self, parent_type: GraphQLObjectType, source_value: Any, path: Any, fields: Any
    ) -> Any:
        """The values of the fields of one object, as they are answered."""
        if self.middleware_manager:
            return super().execute_fields(parent_type, source_value, path, fields)
        of_dict = isinstance(source_value, dict)
        results: dict[str, Any] = {}
        for name, nodes, leaf in self._plan(parent_type, fields):
            if leaf is not None:
                try:
                    if leaf.resolve is not None:
                        here = Path(path, name, parent_type.name)
                        info = self.build_resolve_info(leaf.field, nodes, parent_type, here)
                        value = leaf.resolve(source_value, info)
                    elif of_dict:
                        value = source_value.get(leaf.attribute, leaf.default)
                    else:
                        value = getattr(source_value, leaf.attribute, leaf.default)
                    if value is not None:
                        value = leaf.serialize(value)
                        fits = value is not None and value is not Undefined
                    else:
                        fits = not leaf.never_null
                except Exception:  # noqa: BLE001 - raised again below, with its place
                    fits = False
                if fits:
                    results[name] = value
                    continue
            value = self.execute_field(
                parent_type, source_value, nodes, Path(path, name, parent_type.name)
            )
            if value is not Undefined:
                results[name] = value
        return results

    def _plan(self, parent_type: GraphQLObjectType, fields: _Fields) -> _Plan:
        # The fields are kept beside their plan, so that no others can have their id.
        known = self._plans.get(id(fields))
        if known is None:
            plan = [
                (name, nodes, self._leaf(parent_type, nodes[0])) for name, nodes in fields.items()
            ]
            known = self._plans[id(fields)] = (fields, plan)
        return known[1]

    def _leaf(self, parent_type: GraphQLObjectType, node: FieldNode) -> _Leaf | None:
        field = get_field_def(self.schema, parent_type, node)
        if field is None or field.args or node.name.value.startswith("__"):
            return None
        never_null = isinstance(field.type, GraphQLNonNull)
        leaf: Any = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        if not is_leaf_type(leaf):
            return None
        if attribute := attribute_of(field):
            return _Leaf(field, *attribute, None, leaf.serialize, never_null)
        resolve = field.resolve or self.field_resolver
        return _Leaf(field, "", None, resolve, leaf.serialize, never_null)


def attribute_of(field: GraphQLField) -> tuple[str, Any] | None:
    """The name of the attribute (or key) that a field is, and what it is where that is missing;
    None for a field with a resolver of its own."""
    resolve = field.resolve
    if isinstance(resolve, partial) and resolve.func is dict_or_attr_resolver:
        name, default = resolve.args
        return name, default
    return None
