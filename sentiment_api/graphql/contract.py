"""The contract of GraphQL, as it lies in docs/api/schema.graphql."""

from graphql import lexicographic_sort_schema, print_schema

from sentiment_api.graphql.schema import Query, build


def as_sdl() -> str:
    """The schema as guests see it, in the schema definition language, sorted by name."""
    schema = build(Query).graphql_schema
    return print_schema(lexicographic_sort_schema(schema)) + "\n"
