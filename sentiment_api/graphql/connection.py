"""The one connection field: Relay's arguments over rows in an order, with cursors by key."""

from typing import Any

import graphene

from sentiment_api.graphql.limits.numbers import PAGE_ROWS
from sentiment_api.graphql.page import DEFAULT_SIZE, Ordered, Page
from sentiment_api.graphql.reading import asked


class Connection(graphene.relay.Connection):
    """Relay's connection, with the number of all rows; edges and nodes are never null."""

    total_count = graphene.Int(required=True, description="How many rows there are on all pages.")

    class Meta:
        abstract = True

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        super().__init_subclass_with_meta__(**{**options, "strict_types": True})


class ConnectionField(graphene.relay.ConnectionField):
    """A field whose resolver answers with `Ordered` rows; see `Page` for the rest."""

    def __init__(self, of: Any, **arguments: Any) -> None:
        """Of nodes, or of a connection of its own."""
        paging = {
            "first": graphene.Int(
                description=f"The next rows after `after`: 0 to {PAGE_ROWS}; "
                f"{DEFAULT_SIZE} when neither `first` nor `last` is given."
            ),
            "after": graphene.String(description="A cursor; only what comes after it."),
            "last": graphene.Int(description=f"The last rows before `before`: 0 to {PAGE_ROWS}."),
            "before": graphene.String(description="A cursor; only what comes before it."),
        }
        connection = of if issubclass(of, Connection) else of._meta.connection
        super().__init__(connection, **{**paging, **arguments})

    @classmethod
    def connection_resolver(
        cls, resolver: Any, connection_type: Any, root: Any, info: Any, **args: Any
    ) -> Page:
        """The page that the arguments ask for."""
        rows: Ordered = resolver(root, info, **args)
        paging = {name: args.get(name) for name in ("first", "after", "last", "before")}
        columns = asked(connection_type._meta.node, info, "edges", "node")
        return Page(rows, info.context.budget, columns, **paging)
