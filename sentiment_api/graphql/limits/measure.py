"""How large a selection is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)

from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits.numbers import SCAN_VALUES

_CAP = 10**9
"""Sums are not counted any further."""
_SCANNING = ("edges", "pageInfo", "totalCount", "hasNextPage", "hasPreviousPage")
_INTROSPECTION = ("__schema", "__type")


@dataclass(frozen=True)
class Size:
    """What a selection comes to. `scans` is what its connections and counts cost: page sizes
    do not multiply it, because a connection is read once."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    rows: int = 0
    values: int = 0
    scans: int = 0

    @property
    def cost(self) -> int:
        """The values that executing it is charged."""
        return self.values + self.scans

    def beside(self, other: "Size") -> "Size":
        """Both selections in one."""
        return Size(
            max(self.depth, other.depth),
            min(self.fields + other.fields, _CAP),
            min(self.aliases + other.aliases, _CAP),
            min(self.rows + other.rows, _CAP),
            min(self.values + other.values, _CAP),
            min(self.scans + other.scans, _CAP),
        )


@dataclass
class Measure:
    """Measures selections; each fragment only once, however often it is spread."""

    fragments: Mapping[str, FragmentDefinitionNode]
    rows_of: Callable[[FieldNode], int]
    _known: dict[str, Size] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)

    def selection(self, node: SelectionSetNode | None) -> Size:
        """The size of a selection; RefusedError for fragments that contain themselves."""
        size = Size()
        for part in node.selections if node else ():
            size = size.beside(self._part(part))
        return size

    def width(self, nodes: Iterable[FieldNode]) -> int:
        """The values that one row of a field has in the answer."""
        return sum(1 + self.selection(node.selection_set).values for node in nodes)

    def _part(self, node: SelectionNode) -> Size:
        if isinstance(node, FieldNode):
            return self._field(node)
        if isinstance(node, InlineFragmentNode):
            return self.selection(node.selection_set)
        if isinstance(node, FragmentSpreadNode):
            return self._fragment(node.name.value)
        raise TypeError(f"{node.kind} is no selection")

    def _field(self, node: FieldNode) -> Size:
        inner = self.selection(node.selection_set)
        rows = self.rows_of(node)
        return Size(
            depth=1 + (0 if node.name.value in _INTROSPECTION else inner.depth),
            fields=inner.fields + 1,
            aliases=inner.aliases + (node.alias is not None),
            rows=min(rows * (1 + inner.rows) if rows else inner.rows, _CAP),
            values=min(1 + (rows * (1 + inner.values) if rows else inner.values), _CAP),
            scans=inner.scans + (SCAN_VALUES if node.name.value in _SCANNING else 0),
        )

    def _fragment(self, name: str) -> Size:
        if name in self._under_way:
            raise RefusedError(
                f"Cannot spread fragment '{name}' within itself.", Code.VALIDATION_FAILED
            )
        if name not in self._known:
            definition = self.fragments.get(name)
            self._under_way.add(name)
            self._known[name] = self.selection(definition.selection_set) if definition else Size()
            self._under_way.remove(name)
        return self._known[name]
