"""Lists of objects, answered column by column."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLResolveInfo,
    is_leaf_type,
)
from graphql.execution.execute import CollectedErrors, get_field_def
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path

from sentiment_api.graphql.columns import Column, written
from sentiment_api.graphql.leaves import QuickExecution, attribute_of


class DoesNotFitError(Exception):
    """Some value is not what the schema says; graphql-core finds out which, and says where."""


class TabularExecution(QuickExecution):
    """Executes as graphql-core does, except that a list of objects is answered field by field for
    all of them, not object by object: arguments, types and checks are then looked at once.

    A list with anything wrong in it is left to graphql-core, which resolves it anew, the outermost
    of lists within lists at once. So resolvers are pure, and to resolvers of fields of listed
    objects `info` says the place of the first object. Whether an object is of its type is asked
    once for each class.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._within = False
        """Is a list being answered, whose objects hold the next one?"""
        self._all_fit = not self.middleware_manager

    def complete_list_value(
        self, return_type: Any, field_nodes: Any, info: Any, path: Any, result: Any
    ) -> Any:
        """The list as it is answered."""
        item = return_type.of_type
        never_null = isinstance(item, GraphQLNonNull)
        type_ = item.of_type if never_null else item
        plain = isinstance(type_, GraphQLObjectType) and isinstance(result, list)
        if not plain or not self._all_fit:
            return super().complete_list_value(return_type, field_nodes, info, path, result)
        first = Path(path, 0, None)
        if self._within:
            return self._rows(type_, never_null, field_nodes, info, first, result)
        errors, self.collected_errors = self.collected_errors, CollectedErrors()
        self._within = True
        try:
            return self._rows(type_, never_null, field_nodes, info, first, result)
        except Exception:  # noqa: BLE001 - raised again below, with its place
            self._all_fit = False
        finally:
            self._within = False
            self.collected_errors = errors
        return super().complete_list_value(return_type, field_nodes, info, path, result)

    def _rows(
        self,
        type_: GraphQLObjectType,
        never_null: bool,
        nodes: Sequence[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        objects: Column,
    ) -> Column:
        """All objects as they are answered. `path` is that of the first one."""
        there = [one for one in objects if one is not None]
        if len(there) < len(objects) and never_null:
            raise DoesNotFitError
        for one in {type(one): one for one in there}.values():
            if isinstance(one, Exception) or (
                type_.is_type_of and type_.is_type_of(one, info) is not True
            ):
                raise DoesNotFitError
        fields = self.collect_subfields(type_, list(nodes))
        columns = [
            self._column(type_, own, Path(path, name, type_.name), there)
            for name, own in fields.items()
        ]
        rows = [dict(zip(fields, row, strict=True)) for row in zip(*columns, strict=True)]
        if len(rows) < len(there):  # No field is asked for.
            rows = [{} for _ in there]
        if len(there) == len(objects):
            return rows
        left = iter(rows)
        return [None if one is None else next(left) for one in objects]

    def _column(
        self, parent: GraphQLObjectType, nodes: list[FieldNode], path: Path, objects: Column
    ) -> Column:
        """The values of a field of all objects, as they are answered."""
        field = get_field_def(self.schema, parent, nodes[0])
        if field is None:
            raise DoesNotFitError
        never_null = isinstance(field.type, GraphQLNonNull)
        type_: Any = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        if is_leaf_type(type_):
            _, values = self._resolved(parent, field, nodes, path, objects)
            column = written(type_, values)
            if never_null and None in column:
                raise DoesNotFitError
            return column
        if isinstance(type_, GraphQLObjectType):
            info, values = self._resolved(parent, field, nodes, path, objects)
            return self._rows(type_, never_null, nodes, info, path, values)
        return [self._alone(parent, one, nodes, path) for one in objects]

    def _alone(
        self, parent: GraphQLObjectType, one: Any, nodes: list[FieldNode], path: Path
    ) -> Any:
        """The value of a field of one object, as it is answered: a list, or something abstract."""
        value = self.execute_field(parent, one, nodes, path)
        if self.collected_errors.errors:
            raise DoesNotFitError
        return value

    def _resolved(
        self,
        parent: GraphQLObjectType,
        field: GraphQLField,
        nodes: list[FieldNode],
        path: Path,
        objects: Column,
    ) -> tuple[GraphQLResolveInfo, Column]:
        """The values of a field of all objects, as its resolver gives them."""
        info = self.build_resolve_info(field, nodes, parent, path)
        if (attribute := attribute_of(field)) and not field.args:
            name, default = attribute
            return info, [
                one.get(name, default) if isinstance(one, dict) else getattr(one, name, default)
                for one in objects
            ]
        resolve = field.resolve or self.field_resolver
        arguments = get_argument_values(field, nodes[0], self.variable_values)
        return info, [resolve(one, info, **arguments) for one in objects]
