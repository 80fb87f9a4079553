"""What is refused before it is executed, and how quickly."""

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from graphql import get_introspection_query

from sentiment_api.graphql.limits import numbers
from tests.sentiment_api.graphql.asking import ADDRESS, complaint, post

FRAGMENT = "fragment {name} on CustomerType {{ {inner} }}"


def nested(levels: int) -> str:
    """Fields within fields."""
    return "{ a " * levels + "}" * levels


def doubling(levels: int) -> str:
    """Fragments that each spread the next one twice."""
    chain = [FRAGMENT.format(name=f"f{n}", inner=f"...f{n + 1} ...f{n + 1}") for n in range(levels)]
    last = FRAGMENT.format(name=f"f{levels}", inner="city state country industry")
    return " ".join(['{ customer(id: "1") { ...f0 } }', *chain, last])


CUSTOMER = '{ customer(id: "1") { %s } }'
DEEP = CUSTOMER % ("recentScores { customer { " * 6 + "city" + " } }" * 6)

WIDE = (
    "id jobId windowStart windowEnd createdAt revision supersededAt customerId companyName state"
    " industry sentimentScore rawScore scoreLow scoreHigh evidence calculationMethod baselineScore"
    " fnCount fpCount customer { id customerId createdAt companyName industry city state country"
    " isPlaceholder currentSentiment scoreState lastWindowStart"
    " currentScore { id jobId windowStart sentimentScore rawScore scoreLow scoreHigh fnCount"
    " fpCount } }"
)

MANY_VALUES = f"""customers(first: 497, orderBy: CREATED_AT, companyName_Icontains: "a") {{ edges {{
    node {{ recentScores(last: 100) {{ {WIDE} }} r: recentScores(last: 99) {{ {WIDE} }} }} }} }}"""

REFUSED = {
    "depth": (DEEP, "levels of fields"),
    "20,000 levels": (nested(20_000), "levels of brackets"),
    "20,000 levels of a list": ("{ a(b: " + "[" * 20_000, "levels of brackets"),
    "20,000 levels of arguments": ("{ a(b: {c: " * 20_000, "levels of brackets"),
    "tokens": ("{ " + "a " * 5_000 + "}", "tokens"),
    "fields": (
        CUSTOMER % ("...f " * 126) + FRAGMENT.format(name="f", inner="city state country industry"),
        "fields",
    ),
    "doubling fragments": (doubling(30), "fields"),
    "aliases": (
        "{ " + " ".join(f'a{n}: customer(id: "1") {{ city }}' for n in range(31)) + " }",
        "aliases",
    ),
    "aliases in fragments": (
        CUSTOMER % " ".join(["...f"] * 11)
        + FRAGMENT.format(name="f", inner="a: city b: city c: city"),
        "aliases",
    ),
    "repeated fields": (CUSTOMER % ("city " * 11), "repetitions"),
    "directives": (CUSTOMER % ("city " + "@skip(if: false) " * 21), "directives"),
    "fragments": (
        CUSTOMER % "city" + "".join(FRAGMENT.format(name=f"f{n}", inner="id") for n in range(41)),
        "fragments",
    ),
    "operations": ("".join(f"query Q{n} {{ __typename }} " for n in range(21)), "operations"),
    "page sizes": (
        "{ customers(first: 500) { edges { node { recentScores(last: 100) { customer {"
        " recentScores(last: 3) { id } } } } } } }",
        "rows by its page sizes",
    ),
    "rows times fields": (f"{{ {MANY_VALUES} }}", "200000 values"),
    "values beside a page of less than nothing": (
        f"{{ x: customers(first: -999999999) {{ totalCount }} {MANY_VALUES} }}",
        "200000 values",
    ),
    "values beside a variable of less than nothing": (
        "query ($n: Int = -999999999) "
        f'{{ x: customer(id: "1") {{ recentScores(last: $n) {{ id }} }} {MANY_VALUES} }}',
        "200000 values",
    ),
    "counts": (
        "{ "
        + " ".join(
            f"c{n}: customers(first: 1, orderBy: REPORTS_LAST_24_HOURS_DESC) {{ totalCount }}"
            for n in range(30)
        )
        + " }",
        "200000 values",
    ),
    "sorted pages": (
        "{ "
        + " ".join(
            f"c{n}: sentimentScores(first: 9, orderBy: SENTIMENT_SCORE) {{ edges {{ cursor }} }}"
            for n in range(30)
        )
        + " }",
        "200000 values",
    ),
    "looks beyond pages": (
        "{ "
        + " ".join(f"c{n}: customers(last: 1) {{ pageInfo {{ hasNextPage }} }}" for n in range(30))
        + " }",
        "200000 values",
    ),
    "repeats in inline fragments": (
        CUSTOMER % ("... on CustomerType { city city } " * 6),
        "repetitions",
    ),
    "page size": ("{ customers(first: 501) { totalCount } }", "500"),
    "recent scores": (CUSTOMER % "recentScores(last: 101) { id }", "100"),
    "a huge page size": (f"{{ customers(first: {'9' * 400}) {{ totalCount }} }}", "500"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["application/graphql-response+json", "application/json", "*/*"])
@pytest.mark.parametrize("case", REFUSED)
def test_costly_documents_are_refused(case: str, accept: str) -> None:
    """With 400, whatever the client accepts, and without a query."""
    query, words = REFUSED[case]
    with CaptureQueriesContext(connection) as captured:
        response = post(query, accept=accept)
    assert len(captured) == 0
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "LIMIT_EXCEEDED"
    assert words in error["message"]
    assert "data" not in response.json()


@pytest.mark.parametrize(
    "query",
    [
        CUSTOMER % "...a" + FRAGMENT.format(name="a", inner="...a"),
        CUSTOMER % "...a"
        + FRAGMENT.format(name="a", inner="...b")
        + FRAGMENT.format(name="b", inner="city ...a"),
        CUSTOMER % "city" + FRAGMENT.format(name="a", inner="currentScore { customer { ...a } }"),
    ],
)
def test_circular_fragments_are_refused(query: str) -> None:
    """graphene's own depth limit would never end on them."""
    response = post(query)
    assert response.status_code == 400
    for error in response.json()["errors"]:
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_introspection_in_circles_is_refused() -> None:
    """Types of fields of types of fields."""
    query = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
    response = post(query)
    assert response.status_code == 400
    errors = response.json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"GRAPHQL_VALIDATION_FAILED"}
    assert any("introspection depth" in error["message"] for error in errors)


def test_the_standard_rules_still_hold() -> None:
    """Limits add to them."""
    status, code, message = complaint("{ nothing }")
    assert (status, code) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert "Cannot query field 'nothing'" in message


@pytest.mark.django_db
@pytest.mark.parametrize("new", [False, True])
def test_introspection_of_graphiql_passes(new: bool) -> None:
    """The largest honest query."""
    query = get_introspection_query(
        descriptions=True,
        specified_by_url=new,
        directive_is_repeatable=new,
        schema_description=new,
        input_value_deprecation=new,
    )
    payload = post(query).json()
    assert "errors" not in payload
    assert payload["data"]["__schema"]["queryType"]["name"] == "Query"


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"[" + b'{"query": "{ __typename }"},' * 3 + b'{"query": ""}]', 400, "arrays of queries"),
        (b"[]", 400, "arrays of queries"),
        (b'"text"', 400, "must be a JSON object"),
        (b"null", 400, "must be a JSON object"),
        (b"{", 400, "no valid JSON"),
        (b"\xff", 400, "no valid JSON"),
        (b"[" * 20_000, 400, "no valid JSON"),
        (b'{"query": "{ __typename }", "variables": ' + b'{"a":' * 20_000, 400, "no valid JSON"),
        (orjson.dumps({"query": "{ a }" + " " * 2_000_000}), 413, "262144 bytes"),
        (b"x" * 2_000_000, 413, "262144 bytes"),
        (b"x" * 3_000_000, 413, "262144 bytes"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bodies_that_are_no_request(body: bytes, status: int, words: str) -> None:
    """Each gets its 4xx."""
    response = Client().post(ADDRESS, body, content_type="application/json")
    assert response.status_code == status
    assert words in response.json()["errors"][0]["message"]


@pytest.mark.django_db
def test_what_one_request_reads_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where no page size says so: lists, series and nested scores share one budget."""
    from tests import factories
    from tests.factories import hour

    for number in range(6):
        factories.OverallSentimentFactory.create(window_start=hour(number))
    factories.WindowFactory.create(window_start=hour(5))
    monkeypatch.setattr("sentiment_api.graphql.budget.Budget.__init__.__defaults__", (10, 1000))
    assert "errors" not in post("{ sentimentTrends { id } }").json()
    status, code, message = complaint("{ a: sentimentTrends { id } b: overallSeries { windows } }")
    assert (status, code) == (200, "LIMIT_EXCEEDED")
    assert "10 rows" in message


@pytest.mark.django_db
def test_a_list_of_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it is read, and never cut."""
    from tests import factories
    from tests.factories import hour

    monkeypatch.setattr("sentiment_api.graphql.ranges.LIST_ROWS", 5)
    for number in range(6):
        factories.OverallSentimentFactory.create(window_start=hour(number))
        factories.WindowFactory.create(window_start=hour(number))
    for field in ("sentimentTrends { id }", "overallSeries { windows }"):
        _, code, message = complaint(f"{{ {field} }}")
        assert code == "LIMIT_EXCEEDED"
        assert "more than 5 rows" in message
    assert post("{ overallSeries(resolution: DAY) { windows } }").json()["data"] == {
        "overallSeries": {"windows": [6]}
    }, "the database adds them up"
    monkeypatch.setattr("sentiment_api.graphql.ranges.SERIES_ROWS", 5)
    _, code, message = complaint("{ overallSeries(resolution: WEEK) { windows } }")
    assert (code, "shorter one, or for fewer industries" in message) == ("LIMIT_EXCEEDED", True)
    start = '(timeRange: {startDate: "2026-01-05T01:00:00Z"})'
    assert (
        len(post(f"{{ sentimentTrends{start} {{ id }} }}").json()["data"]["sentimentTrends"]) == 5
    )


@pytest.mark.django_db
def test_values_of_lists_without_pages_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their rows are known only when they are counted: rows times fields are refused then, and a
    value in a column costs a tenth of one."""
    from tests import factories
    from tests.factories import hour

    for number in range(6):
        factories.OverallSentimentFactory.create(window_start=hour(number))
    factories.WindowFactory.create(window_start=hour(5))
    monkeypatch.setattr("sentiment_api.graphql.budget.Budget.__init__.__defaults__", (100, 24))
    assert "errors" not in post("{ sentimentTrends { id revision } }").json()
    assert "errors" not in post("{ overallSeries { windows windowStart standingLow } }").json()
    status, code, message = complaint("{ sentimentTrends { id revision windowStart } }")
    assert (status, code) == (400, "LIMIT_EXCEEDED")
    assert "24 values" in message


@pytest.mark.django_db
def test_what_the_database_adds_up_is_charged_by_the_time_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """0.4 values for each row, and so the longest series that may be asked for fits once."""
    from tests import factories
    from tests.factories import hour

    for number in range(10):
        factories.OverallSentimentFactory.create(window_start=hour(number))
    factories.WindowFactory.create(window_start=hour(9))
    # 4 for the rows, 0.3 for one day with two columns; and what the query has of fields.
    monkeypatch.setattr("sentiment_api.graphql.budget.Budget.__init__.__defaults__", (100, 12))
    once = "overallSeries(resolution: DAY) { windowStart windows }"
    assert "errors" not in post(f"{{ {once} }}").json()
    status, code, message = complaint(f"{{ a: {once} b: {once} }}")
    assert (status, code) == (200, "LIMIT_EXCEEDED")
    assert "12 values" in message
    assert numbers.SERIES_ROWS * numbers.ADDED_UP_VALUES <= numbers.VALUES


@pytest.mark.django_db
def test_a_dashboard_is_within_the_limits() -> None:
    """A page of customers with a day of scores each, and a count for every state."""
    page = (
        "customers(first: 100) { totalCount pageInfo { hasNextPage } edges { cursor node {"
        " companyName recentScores(last: 24) { windowStart sentimentScore scoreLow } } } }"
    )
    counts = " ".join(
        f"{state.lower()}: customers(first: 0, scoreState: {state}) {{ totalCount }}"
        for state in ("SCORED", "INSUFFICIENT_EVIDENCE", "STALE", "NO_DATA")
    )
    assert "errors" not in post(f"{{ {page} {counts} }}").json()
