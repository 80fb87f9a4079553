"""Lists of plain values, written out in one go."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from graphql import (
    GRAPHQL_MAX_INT,
    GRAPHQL_MIN_INT,
    ExecutionContext,
    GraphQLBoolean,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLString,
    Undefined,
    is_leaf_type,
)

Column = list[Any]


class ColumnarExecution(ExecutionContext):
    """Executes as graphql-core does, except that a list of scalars is not walked value by value
    with a path of its own for each: a series has ten thousand of them."""

    def complete_list_value(
        self, return_type: Any, field_nodes: Any, info: Any, path: Any, result: Any
    ) -> Any:
        """The list as it is answered; whatever does not fit is left to graphql-core, which says
        where."""
        item = return_type.of_type
        never_null = isinstance(item, GraphQLNonNull)
        leaf = item.of_type if never_null else item
        if is_leaf_type(leaf) and isinstance(result, list) and not (never_null and None in result):
            try:
                return written(leaf, result)
            except (GraphQLError, ValueError, TypeError):
                return super().complete_list_value(return_type, field_nodes, info, path, result)
        return super().complete_list_value(return_type, field_nodes, info, path, result)


def written(leaf: Any, values: Column) -> Column:
    """Values of a leaf type as they are answered, nulls among them. Raises what its `serialize`
    raises."""
    known = _AS_THEY_ARE.get(leaf.name)
    if known is not None:
        kind, fit = known
        there = values if None not in values else [one for one in values if one is not None]
        if set(map(type, there)) <= {kind} and fit(there):
            return values
    serialize = leaf.serialize
    column = [None if value is None else serialize(value) for value in values]
    if any(one is Undefined for one in column) or column.count(None) > values.count(None):
        raise TypeError(f"{leaf} does not write out every value")
    return column


def _small(numbers: list[int]) -> bool:
    return not numbers or (min(numbers) >= GRAPHQL_MIN_INT and max(numbers) <= GRAPHQL_MAX_INT)


_AS_THEY_ARE: Mapping[str, tuple[type, Callable[[Column], bool]]] = {
    # What is no number makes the sum none.
    GraphQLFloat.name: (float, lambda numbers: isfinite(sum(numbers))),
    GraphQLInt.name: (int, _small),
    GraphQLString.name: (str, lambda _: True),
    GraphQLID.name: (str, lambda _: True),
    GraphQLBoolean.name: (bool, lambda _: True),
}
"""Types whose values are written as they are, when they are of this kind and fit."""
