"""Lists of plain values, written out in one go."""

from typing import Any

from graphql import ExecutionContext, GraphQLError, GraphQLNonNull, is_leaf_type


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
                return [None if value is None else leaf.serialize(value) for value in result]
            except (GraphQLError, ValueError, TypeError):
                return super().complete_list_value(return_type, field_nodes, info, path, result)
        return super().complete_list_value(return_type, field_nodes, info, path, result)
