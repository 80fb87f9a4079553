"""Limits of a parsed document: what its operations come to with all fragments written out.

Each fragment is measured once, so that fragments which multiply each other cost no time here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Visitor,
    visit,
)

from sentiment_api.graphql.limits import numbers
from sentiment_api.graphql.limits.lists import ListSizes
from sentiment_api.graphql.limits.measure import Measure
from sentiment_api.graphql.limits.text import over


def check_document(document: DocumentNode, variables: Mapping[str, Any], lists: ListSizes) -> None:
    """Refuse a document that asks for more than is allowed. Of the variables, numbers alone say
    how much that is."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fragments = [d for d in document.definitions if isinstance(d, FragmentDefinitionNode)]
    _at_most(len(operations), numbers.OPERATIONS, "operations")
    _at_most(len(fragments), numbers.FRAGMENTS, "fragments")
    counts = _Counts()
    visit(document, counts)
    _at_most(counts.directives, numbers.DIRECTIVES, "directives")
    _at_most(counts.repeats, numbers.REPEATS, "repetitions of one field in one selection")
    by_name = {fragment.name.value: fragment for fragment in fragments}
    for operation in operations:
        size = Measure(by_name, lists.given(operation, variables)).selection(
            operation.selection_set
        )
        _at_most(size.depth, numbers.DEPTH, "levels of fields")
        _at_most(size.fields, numbers.FIELDS, "fields, its fragments written out")
        _at_most(size.aliases, numbers.ALIASES, "aliases, its fragments written out")
        _at_most(size.rows, numbers.ROWS, "rows by its page sizes")
        _at_most(size.cost, numbers.VALUES, "values: rows by its page sizes, times their fields")


def _at_most(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise over(what, limit)


class _Counts(Visitor):
    """Counts what stands in the document itself."""

    def __init__(self) -> None:
        super().__init__()
        self.directives = self.repeats = 0

    def enter_directive(self, _node: DirectiveNode, *_: Any) -> None:
        """One more directive."""
        self.directives += 1

    def enter_selection_set(self, node: SelectionSetNode, *_: Any) -> None:
        """How often is a name of an answer given?"""
        names = Counter(_names(node))
        self.repeats = max(self.repeats, *names.values(), 0) if names else self.repeats


def _names(node: SelectionSetNode) -> Iterator[str]:
    """The names of an answer that a selection gives, its inline fragments written out."""
    for part in node.selections:
        if isinstance(part, FieldNode):
            yield (part.alias or part.name).value
        elif isinstance(part, InlineFragmentNode):
            yield from _names(part.selection_set)
