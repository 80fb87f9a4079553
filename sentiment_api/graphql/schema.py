"""The schema."""

import graphene

from sentiment_api.graphql.nodes import Node
from sentiment_api.graphql.queries.customers import Customers
from sentiment_api.graphql.queries.lists import Lists


class Query(Customers, Lists):
    """Customer sentiment from reports of false negatives and false positives. Scores lie between
    0 and 1; windows are clock hours in UTC."""

    node = Node.Field(description="Any object, by its global id.")


schema = graphene.Schema(query=Query)
