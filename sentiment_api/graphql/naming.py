"""Names the argument in the errors of its value."""

from collections.abc import Sequence
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    Node,
    ObjectFieldNode,
    ValueNode,
    Visitor,
    visit,
)


def named(errors: Sequence[GraphQLError], document: DocumentNode) -> list[GraphQLError]:
    """The errors; each about one value begins with the argument that the value stands in."""
    wanted = {id(value) for value in map(_value, errors) if value is not None}
    if not wanted:
        return list(errors)
    finder = _Finder(wanted)
    visit(document, finder)
    return [_with_name(error, finder.names.get(id(_value(error)), "")) for error in errors]


def _value(error: GraphQLError) -> Node | None:
    nodes = error.nodes or ()
    return nodes[0] if len(nodes) == 1 and isinstance(nodes[0], ValueNode) else None


def _with_name(error: GraphQLError, name: str) -> GraphQLError:
    if not name:
        return error
    return GraphQLError(f"{name}: {error.message}", nodes=error.nodes, extensions=error.extensions)


class _Finder(Visitor):
    """Finds in which argument, and which of its fields, nodes stand."""

    def __init__(self, wanted: set[int]) -> None:
        super().__init__()
        self.wanted = wanted
        self.names: dict[int, str] = {}

    def enter(self, node: Node, _key: Any, parent: Any, _path: Any, ancestors: Any) -> None:
        """One more node."""
        if id(node) in self.wanted:
            self.names[id(node)] = ".".join(
                above.name.value
                for above in (*ancestors, parent)
                if isinstance(above, ArgumentNode | ObjectFieldNode)
            )
