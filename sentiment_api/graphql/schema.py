"""The schema."""

from typing import Any

import graphene
from django.conf import settings
from graphene_django.debug import DjangoDebug

from sentiment_api.graphql.nodes import Node
from sentiment_api.graphql.queries.customers import Customers
from sentiment_api.graphql.queries.explanation import ExplanationField
from sentiment_api.graphql.queries.freshness import FreshnessField
from sentiment_api.graphql.queries.industries import Industries
from sentiment_api.graphql.queries.levels import LevelsField
from sentiment_api.graphql.queries.lists import Lists
from sentiment_api.graphql.queries.results import Results
from sentiment_api.graphql.queries.revisions import RevisionLists
from sentiment_api.graphql.queries.series import SeriesFields


class Query(
    Customers,
    Results,
    Lists,
    Industries,
    SeriesFields,
    ExplanationField,
    RevisionLists,
    FreshnessField,
    LevelsField,
):
    """Customer sentiment from reports of false negatives and false positives. Scores lie between
    0 and 1; windows are clock hours in UTC."""

    node = Node.Field(description="Any object, by its global id.")


class DebugQuery(Query):
    """Under DEBUG: with the SQL behind an answer."""

    class Meta:
        name = "Query"

    _debug = graphene.Field(DjangoDebug, name="_debug")


def build(query: Any) -> graphene.Schema:
    """A schema with this query type."""
    return graphene.Schema(query=query)


schema = build(DebugQuery if settings.DEBUG else Query)
