"""Objects and their scalars are written as graphql-core would write them, one by one and in
lists."""

from types import SimpleNamespace
from typing import Any

import graphene
import pytest
from graphql import GraphQLError, execute, parse

from sentiment_api.graphql.leaves import QuickExecution
from sentiment_api.graphql.tables import TabularExecution


class Colour(graphene.Enum):
    """A choice."""

    RED = 1


class Thing(graphene.ObjectType):
    """An object with every way to hold a scalar."""

    text = graphene.String()
    number = graphene.Float(required=True)
    colour = Colour()
    told = graphene.Int(default_value=7)
    computed = graphene.Int()
    with_argument = graphene.Int(plus=graphene.Int(default_value=1))
    texts = graphene.List(graphene.NonNull(graphene.String))
    inner = graphene.Field(lambda: Thing)
    many = graphene.List(lambda: Thing)

    def resolve_computed(self: Any, info: Any) -> int:
        """From the parent; fails where the parent says so."""
        if _get(self, "text") == "fail":
            raise GraphQLError("it failed")
        return len(info.field_name) + len(info.path.as_list())

    def resolve_with_argument(self: Any, _info: Any, plus: int) -> Any:
        """A number and one more."""
        return _get(self, "number") + plus


class Query(graphene.ObjectType):
    """Things."""

    things = graphene.List(Thing)
    sure = graphene.List(graphene.NonNull(Thing))


def _get(thing: Any, name: str) -> Any:
    return thing[name] if isinstance(thing, dict) else getattr(thing, name)


SCHEMA = graphene.Schema(query=Query).graphql_schema
FIELDS = (
    "__typename text other: number number colour told computed withArgument(plus: 2) texts"
    " inner { number computed }"
)
GOOD: dict[str, Any] = {"text": "a", "number": 2.0, "colour": 1, "texts": ["x"], "inner": None}
CASES = {
    "good": GOOD,
    "nothing": {**GOOD, "text": None, "colour": None, "texts": None},
    "a missing value": {**GOOD, "number": None},
    "no number": {**GOOD, "number": "abc"},
    "not a number": {**GOOD, "number": float("nan")},
    "an unknown choice": {**GOOD, "colour": 9},
    "a failing resolver": {**GOOD, "text": "fail"},
    "a null among texts": {**GOOD, "texts": [None]},
    "objects within": {**GOOD, "inner": {**GOOD, "number": None}},
    "told otherwise": {**GOOD, "told": 8},
}


@pytest.mark.parametrize("execution", [QuickExecution, TabularExecution])
@pytest.mark.parametrize("form", [dict, SimpleNamespace])
@pytest.mark.parametrize("field", ["things", "sure"])
@pytest.mark.parametrize("case", CASES)
def test_the_answer_is_the_same(case: str, field: str, form: Any, execution: Any) -> None:
    """Values, nulls and errors with their paths, in a list among others."""
    things = [form(**one) for one in (GOOD, CASES[case], GOOD)]
    document = parse(
        f"query Q($no: Boolean = false) {{ {field} {{ ...F gone: text @include(if: $no) }} }}"
        f" fragment F on Thing {{ {FIELDS} }}"
    )
    plain = execute(SCHEMA, document, root_value={field: things})
    ours = execute(SCHEMA, document, root_value={field: things}, execution_context_class=execution)
    assert ours == plain
    if case == "good":
        assert plain.errors is None  # type: ignore[union-attr]


@pytest.mark.parametrize("where", ["first", "last"])
def test_an_error_deep_within_lists_is_not_looked_for_at_every_level(where: str) -> None:
    """Each level would else double the work."""
    asked: list[str] = []

    class Noted(SimpleNamespace):
        """Notes when its text is asked for."""

        name: str

        @property
        def text(self) -> str:
            """May make the resolver fail."""
            asked.append(self.name)
            return self.name

    def things(depth: int, name: str) -> list[Noted]:
        names = ["good", name] if where == "last" else [name, "good"]
        deeper = [things(depth - 1, one) if depth else [] for one in names]
        return [Noted(name=one, many=many) for one, many in zip(names, deeper, strict=True)]

    depth = 6
    query = "{ things { " + "many { " * depth + "computed" + " }" * depth + " } }"
    root = {"things": things(depth, "fail")}
    plain = execute(SCHEMA, parse(query), root_value=root)
    needed = len(asked)
    ours = execute(SCHEMA, parse(query), root_value=root, execution_context_class=TabularExecution)
    assert ours == plain
    assert plain.errors  # type: ignore[union-attr]
    assert len(asked) - needed <= 2 * needed + 2
