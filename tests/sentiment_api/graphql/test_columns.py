"""Lists of scalars are written as graphql-core would write them."""

from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLFloat,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    execute,
    parse,
)

from sentiment_api.graphql.columns import ColumnarExecution

SCHEMA = GraphQLSchema(
    GraphQLObjectType(
        "Query",
        {
            "some": GraphQLField(GraphQLList(GraphQLFloat)),
            "every": GraphQLField(GraphQLList(GraphQLNonNull(GraphQLFloat))),
        },
    )
)


@pytest.mark.parametrize(
    "values",
    [[], [1.5, 2], [1.5, None], [1.5, float("nan")], ["no number"], (1.5,), 5, None],
    ids=str,
)
@pytest.mark.parametrize("field", ["some", "every"])
def test_the_answer_is_the_same(field: str, values: Any) -> None:
    """Values, nulls and errors with their paths."""
    document = parse(f"{{ {field} }}")
    plain = execute(SCHEMA, document, root_value={field: values})
    ours = execute(
        SCHEMA, document, root_value={field: values}, execution_context_class=ColumnarExecution
    )
    assert ours == plain
