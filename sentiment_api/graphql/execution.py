"""Answering one request, whatever brought it here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import graphene
from graphene_django.settings import graphene_settings
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    get_operation_ast,
)
from graphql.execution import MiddlewareManager

from sentiment_api.graphql.context import Context
from sentiment_api.graphql.documents import InvalidDocumentError, ready
from sentiment_api.graphql.errors import Code, RefusedError, as_shown, coded
from sentiment_api.graphql.limits.lists import ListSize, ListSizes
from sentiment_api.graphql.limits.measure import Measure
from sentiment_api.graphql.limits.numbers import PAGE_ROWS, RECENT_ROWS
from sentiment_api.graphql.page import DEFAULT_SIZE
from sentiment_api.graphql.tables import TabularExecution
from sentiment_api.graphql.types.customer import RECENT_DEFAULT


@dataclass(frozen=True)
class Operation:
    """What a client asks for."""

    query: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None


@dataclass(frozen=True)
class Answer:
    """What it gets. `executed` is false when nothing was executed: there are errors only."""

    data: Mapping[str, Any] | None
    errors: list[GraphQLError]
    executed: bool
    notices: Sequence[Mapping[str, str]] = ()

    def as_json(self) -> dict[str, Any]:
        """The answer in the form of the specification."""
        payload: dict[str, Any] = {}
        if self.errors:
            payload["errors"] = [error.formatted for error in self.errors]
        if self.executed:
            payload["data"] = self.data
        if self.notices:
            payload["extensions"] = {"notices": self.notices}
        return payload


def refused(*errors: GraphQLError) -> Answer:
    """Nothing was executed, for these reasons."""
    return Answer(None, list(errors), executed=False)


@dataclass(frozen=True)
class Checked:
    """An operation with its document, parsed, valid and within the limits."""

    operation: Operation
    document: DocumentNode
    chosen: OperationDefinitionNode


class Executor:
    """Answers operations on a schema."""

    def __init__(self, schema: graphene.Schema) -> None:
        self._schema = schema.graphql_schema
        self._lists = ListSizes.of(
            self._schema,
            connection=ListSize(DEFAULT_SIZE, PAGE_ROWS),
            other=ListSize(RECENT_DEFAULT, RECENT_ROWS),
        )
        middleware = [entry() for entry in graphene_settings.MIDDLEWARE]
        self._middleware = MiddlewareManager(*middleware) if middleware else None

    def check(self, operation: Operation, context: Context) -> Checked | Answer:
        """The operation, ready to be executed; else why it is not."""
        try:
            document = ready(self._schema, self._lists, operation.query, operation.variables)
            return Checked(operation, document, _chosen(document, operation.name, context))
        except InvalidDocumentError as error:
            return refused(*error.errors)
        except RefusedError as error:
            return refused(error)

    def answer(self, checked: Checked, context: Context) -> Answer:
        """Execute a checked operation."""
        operation, chosen = checked.operation, checked.chosen
        context.measure = self._measure(checked.document, chosen, operation.variables)
        context.budget.answer(context.measure.selection(chosen.selection_set).cost)
        result = execute(
            self._schema,
            checked.document,
            context_value=context,
            variable_values=dict(operation.variables),
            operation_name=operation.name,
            middleware=self._middleware,
            execution_context_class=TabularExecution,
        )
        if not isinstance(result, ExecutionResult):
            raise TypeError("resolvers of this schema are not asynchronous")
        errors = result.errors or []
        if result.data is None and errors and all(error.path is None for error in errors):
            return refused(*(coded(error, Code.BAD_INPUT) for error in errors))
        shown = [as_shown(error) for error in errors]
        if _only_refused(result.data, shown):
            return refused(*(_of_request(error) for error in shown))
        return Answer(result.data, shown, executed=True, notices=context.notices)

    def _measure(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> Measure:
        fragments = {
            part.name.value: part
            for part in document.definitions
            if isinstance(part, FragmentDefinitionNode)
        }
        return Measure(fragments, self._lists.given(operation, variables))


_REFUSALS = {Code.BAD_INPUT, Code.NOT_FOUND, Code.LIMIT_EXCEEDED}


def _only_refused(data: Mapping[str, Any] | None, errors: list[GraphQLError]) -> bool:
    """Was every field of the operation refused for its arguments?"""
    if not errors or any(value is not None for value in (data or {}).values()):
        return False
    refusals = [
        error
        for error in errors
        if len(error.path or ()) == 1 and (error.extensions or {}).get("code") in _REFUSALS
    ]
    return len(refusals) == len(errors) == len(data or errors)


def _of_request(error: GraphQLError) -> GraphQLError:
    """The same error, of the request rather than of a field in an answer."""
    return GraphQLError(error.message, nodes=error.nodes, extensions=error.extensions)


def _chosen(document: DocumentNode, name: str | None, context: Context) -> OperationDefinitionNode:
    """The operation that is asked for; RefusedError when it cannot be executed."""
    operation = get_operation_ast(document, name)
    if operation is None:
        raise RefusedError(
            f"operationName: the document has no operation {name[:80]!r}."
            if name
            else "operationName: the document has several operations; name one of them.",
            Code.OPERATION_UNCLEAR,
        )
    context.operation_type = operation.operation.value
    if operation.operation is not OperationType.QUERY:
        raise RefusedError(
            f"{operation.operation.value}: nothing can be changed or subscribed to here; "
            "there are only queries.",
            Code.ONLY_QUERIES,
        )
    return operation
