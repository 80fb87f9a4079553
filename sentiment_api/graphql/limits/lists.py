"""How many rows the arguments of a field ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)

from sentiment_api.graphql.errors import Code, RefusedError


@dataclass(frozen=True)
class ListSize:
    """The rows of a field without an argument, and the most it gives."""

    default: int
    most: int


@dataclass(frozen=True, eq=False)
class ListSizes:
    """The fields that answer with lists whose size an argument says, by name."""

    by_field: Mapping[str, ListSize]

    @classmethod
    def of(cls, schema: GraphQLSchema, connection: ListSize, other: ListSize) -> "ListSizes":
        """All such fields of a schema: those with `first`, and those with `last` alone."""
        found: dict[str, ListSize] = {}
        for type_ in schema.type_map.values():
            for name, field in type_.fields.items() if isinstance(type_, GraphQLObjectType) else ():
                if "first" in field.args:
                    found[name] = connection
                elif "last" in field.args:
                    found[name] = other
        return cls(found)

    def given(
        self, operation: OperationDefinitionNode, variables: Mapping[str, Any]
    ) -> Callable[[FieldNode], int]:
        """For fields of an operation with these variables: how many rows they ask for. Raises
        RefusedError where that is more than the field gives."""
        defaults = {
            definition.variable.name.value: _literal(definition.default_value)
            for definition in operation.variable_definitions
        }

        def rows_of(node: FieldNode) -> int:
            size = self.by_field.get(node.name.value)
            if size is None:
                return 0
            asked = [
                (argument.name.value, number)
                for argument in node.arguments
                if argument.name.value in ("first", "last")
                and (number := _number(argument.value, variables, defaults)) is not None
            ]
            for name, number in asked:
                if number > size.most:
                    raise RefusedError(
                        f"{node.name.value}({name}:): {number} rows are more than the "
                        f"{size.most} that are allowed.",
                        Code.LIMIT_EXCEEDED,
                        limit=size.most,
                    )
            # A negative number is refused by its field, and must not make room for others.
            return max(0, *(number for _, number in asked)) if asked else size.default

        return rows_of


def _number(
    node: ValueNode, variables: Mapping[str, Any], defaults: Mapping[str, int | None]
) -> int | None:
    if not isinstance(node, VariableNode):
        return _literal(node)
    name = node.name.value
    value = variables.get(name, defaults.get(name))
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def _literal(node: ValueNode | None) -> int | None:
    return int(node.value[:20]) if isinstance(node, IntValueNode) else None
