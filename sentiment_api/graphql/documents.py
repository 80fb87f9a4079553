"""From the text of a document to a document that may be executed."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, specified_rules, validate
from graphql.validation.specified_rules import recommended_rules

from sentiment_api.graphql.errors import Code, coded
from sentiment_api.graphql.limits import numbers
from sentiment_api.graphql.limits.document import check_document
from sentiment_api.graphql.limits.lists import ListSizes
from sentiment_api.graphql.limits.text import check_text
from sentiment_api.graphql.naming import named

RULES = (*specified_rules, *recommended_rules)
MAX_ERRORS = 20
_Numbers = tuple[tuple[str, int | float], ...]
KEPT_LENGTH = 10_000


class InvalidDocumentError(Exception):
    """The document is not executed."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


def ready(
    schema: GraphQLSchema, lists: ListSizes, text: str, variables: Mapping[str, Any]
) -> DocumentNode:
    """The document, parsed, within the limits and valid; else InvalidDocumentError.

    Limits come before the rules of the specification, some of which take their time with large
    documents.
    """
    try:
        if kept := len(text) <= KEPT_LENGTH:
            document = _checked(text, _numbers(variables), lists)
        else:
            document = _parse(text)
            check_document(document, variables, lists)
    except GraphQLError as error:
        raise InvalidDocumentError([coded(error, Code.PARSE_FAILED)]) from error
    errors = _validated(schema, text) if kept else _errors(schema, document)
    if errors:
        raise InvalidDocumentError([coded(error, Code.VALIDATION_FAILED) for error in errors])
    return document


def _parse(text: str) -> DocumentNode:
    check_text(text)
    return parse(text, max_comments=numbers.COMMENTS)


_parsed = lru_cache(maxsize=128)(_parse)


@lru_cache(maxsize=256)
def _checked(text: str, numbers: _Numbers, lists: ListSizes) -> DocumentNode:
    document = _parsed(text)
    check_document(document, dict(numbers), lists)
    return document


def _numbers(variables: Mapping[str, Any]) -> _Numbers:
    """The variables that say how much is asked for."""
    return tuple(
        (name, value) for name, value in variables.items() if isinstance(value, int | float)
    )


@lru_cache(maxsize=128)
def _validated(schema: GraphQLSchema, text: str) -> tuple[GraphQLError, ...]:
    return _errors(schema, _parsed(text))


def _errors(schema: GraphQLSchema, document: DocumentNode) -> tuple[GraphQLError, ...]:
    errors = validate(schema, document, RULES, MAX_ERRORS)
    return tuple(named(errors, document))
