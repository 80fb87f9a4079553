"""Connections: pages by key, in every order, in both directions."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest

from sentiment_api.graphql.orders import (
    CUSTOMER_ORDERS,
    OVERALL_ORDERS,
    SCORE_ORDERS,
    SEGMENT_ORDERS,
)
from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask, complaint

ORDERS = [
    (field, order)
    for field, orders in (
        ("customers", CUSTOMER_ORDERS),
        ("sentimentScores", SCORE_ORDERS),
        ("segmentSentiments", SEGMENT_ORDERS),
        ("overallSentiments", OVERALL_ORDERS),
    )
    for order in orders
]


@pytest.fixture
def rows(db: None) -> None:
    """Seven customers, some of one name, two of them without scores, and results of theirs."""
    for number in range(7):
        customer = factories.CustomerFactory.create(
            company_name=f"Company {number // 2}",
            change_high=-0.1 * (number // 2) if number < 5 else None,
        )
        factories.WindowFactory.create(window_start=hour(number))
        factories.OverallSentimentFactory.create(window_start=hour(number))
        factories.SegmentSentimentFactory.create(
            window_start=hour(number // 2), industry=f"Industry {number % 2}"
        )
        if number < 5:
            factories.SyncJobFactory.create(customer=customer, fn_count=number // 2)
            factories.SentimentScoreFactory.create(
                customer=customer, fn_count=number // 2, carried=True
            )


def page(field: str, order: str, paging: str) -> Any:
    """One page."""
    return ask(
        f"{{ page: {field}(orderBy: {order}, {paging}) {{ totalCount edges {{ cursor node {{ id }}"
        " } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"
    )["page"]


def ids(connection: Any) -> list[str]:
    """The global ids of a page."""
    return [edge["node"]["id"] for edge in connection["edges"]]


def forwards(field: str, order: str) -> Iterator[Any]:
    """Pages of two, from the first to the last."""
    after = ""
    while True:
        found = page(field, order, f"first: 2{after}")
        yield found
        if not found["pageInfo"]["hasNextPage"]:
            return
        after = f', after: "{found["pageInfo"]["endCursor"]}"'


def backwards(field: str, order: str) -> Iterator[Any]:
    """Pages of two, from the last to the first."""
    before = ""
    while True:
        found = page(field, order, f"last: 2{before}")
        yield found
        if not found["pageInfo"]["hasPreviousPage"]:
            return
        before = f', before: "{found["pageInfo"]["startCursor"]}"'


@pytest.mark.parametrize(("field", "order"), ORDERS)
def test_pages_of_every_order_make_the_whole_list(rows: None, field: str, order: str) -> None:
    """Forwards and backwards alike: each row once, in the same order."""
    whole = page(field, order, "first: 100")
    assert len(ids(whole)) == whole["totalCount"] == len(set(ids(whole))) >= 5
    there = list(forwards(field, order))
    back = list(backwards(field, order))[::-1]
    assert [key for part in there for key in ids(part)] == ids(whole)
    assert [key for part in back for key in ids(part)] == ids(whole)
    assert [part["pageInfo"]["hasPreviousPage"] for part in there] == [
        place > 0 for place in range(len(there))
    ]
    assert [part["pageInfo"]["hasNextPage"] for part in back] == [
        place < len(back) - 1 for place in range(len(back))
    ]


@pytest.mark.parametrize(("field", "order"), [pair for pair in ORDERS if "DESC" not in pair[1]])
def test_a_falling_order_is_the_rising_one_turned_round(rows: None, field: str, order: str) -> None:
    """Except for absent values, which come last in both."""
    rising = ids(page(field, order, "first: 100"))
    falling = ids(page(field, f"{order}_DESC", "first: 100"))
    absent = 2 if order in ("CURRENT_SENTIMENT", "GETTING_WORSE") else 0
    there = len(rising) - absent
    assert falling[:there] == rising[:there][::-1]
    assert falling[there:] == rising[there:][::-1]


def test_cursors_stay_valid_when_rows_are_added_before_them(rows: None) -> None:
    """A page by offset would repeat a row here."""
    first = page("customers", "COMPANY_NAME", "first: 3")
    rest = page("customers", "COMPANY_NAME", f'first: 9, after: "{_end(first)}"')
    factories.CustomerFactory.create(company_name="AAA first of all")
    again = page("customers", "COMPANY_NAME", f'first: 9, after: "{_end(first)}"')
    assert ids(again) == ids(rest)
    assert again["totalCount"] == rest["totalCount"] + 1


def test_a_cursor_outlives_its_row(rows: None) -> None:
    """The row that a cursor names may be superseded meanwhile."""
    first = page("sentimentScores", "CREATED_AT", "first: 2")
    rest = page("sentimentScores", "CREATED_AT", f'first: 9, after: "{_end(first)}"')
    from sentiment_api.models import SentimentScore

    score = SentimentScore.objects.order_by("created_at", "job_id")[1]
    SentimentScore.objects.filter(pk=score.pk).update(
        superseded_at=score.created_at + timedelta(seconds=1)
    )
    again = page("sentimentScores", "CREATED_AT", f'first: 9, after: "{_end(first)}"')
    assert ids(again) == ids(rest)


def test_both_bounds_and_nothing_between_them(rows: None) -> None:
    """`after` and `before` together, up to an empty page that still knows its neighbours."""
    edges = page("customers", "COMPANY_NAME", "first: 3")["edges"]
    bounds = f'after: "{edges[0]["cursor"]}", before: "{edges[2]["cursor"]}"'
    middle = page("customers", "COMPANY_NAME", f"first: 9, {bounds}")
    assert ids(middle) == [edges[1]["node"]["id"]]
    bounds = f'after: "{edges[0]["cursor"]}", before: "{edges[1]["cursor"]}"'
    empty = page("customers", "COMPANY_NAME", f"first: 9, {bounds}")
    assert ids(empty) == []
    assert empty["pageInfo"]["startCursor"] is None
    assert page("customers", "COMPANY_NAME", "first: 0")["edges"] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("paging", "words"),
    [
        ("first: -1", "first: must not be negative; 0 to 500."),
        ("last: -1", "last: must not be negative; 0 to 500."),
        ("first: 1, last: 1", "first, last: give one of them, not both."),
        ('after: "nonsense"', "after: 'nonsense' is no cursor of this list."),
        ('before: "bnVsbA=="', "before: 'bnVsbA==' is no cursor of this list."),
        ('after: "W10="', "after: 'W10=' is no cursor of this list."),
        ('after: "WyJDT01QQU5ZX05BTUUiLDEsMV0="', "is no cursor of this list."),
        ('after: "WyJDT01QQU5ZX05BTUUiLG51bGwsMV0="', "is no cursor of this list."),
        ('after: "WyJDUkVBVEVEX0FUIiwiMjAyNiIsMV0="', "belongs to the order CREATED_AT"),
    ],
)
def test_paging_that_makes_no_sense_is_refused(paging: str, words: str) -> None:
    """With a message that names the argument."""
    _, code, message = complaint(f"{{ customers({paging}) {{ totalCount edges {{ cursor }} }} }}")
    assert code == "BAD_USER_INPUT"
    assert words in message


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("customers", ["COMPANY_NAME", 5, 1]),
        ("customers", ["COMPANY_NAME", "a\0", 1]),
        ("customers", ["COMPANY_NAME", "a", 2**63]),
        ("customers", ["COMPANY_NAME", "a", True]),
        ("customers", ["COMPANY_NAME", None, 1]),
        ("customers(orderBy: CURRENT_SENTIMENT)", ["CURRENT_SENTIMENT", "x", 1]),
        ("customers(orderBy: CREATED_AT)", ["CREATED_AT", "2026-01-05T00:00:00", 1]),
        ("customers(orderBy: CREATED_AT)", ["CREATED_AT", "yesterday", 1]),
        ("customers(orderBy: CREATED_AT)", ["CREATED_AT", "0001-01-01T00:00:00+23:00", 1]),
        ("customers(orderBy: CREATED_AT)", ["CREATED_AT", "9999-12-31T23:59:59-23:00", 1]),
        ("overallSentiments", ["WINDOW_START_DESC", "2026-01-05T00:00:00Z", "no uuid"]),
        ("overallSentiments", ["WINDOW_START_DESC", "2026-01-05T00:00:00Z"]),
        ("overallSentiments", {"WINDOW_START_DESC": 1}),
    ],
)
def test_forged_cursors_are_refused(field: str, values: Any) -> None:
    """Whatever stands in them."""
    cursor = base64.urlsafe_b64encode(orjson.dumps(values)).decode()
    name, _, arguments = field.partition("(")
    given = f'after: "{cursor}"' + (f", {arguments}" if arguments else ")")
    _, code, message = complaint(f"{{ {name}({given} {{ edges {{ cursor }} }} }}")
    assert code == "BAD_USER_INPUT"
    assert "after: " in message


@pytest.mark.django_db
def test_pages_are_capped() -> None:
    """By a literal, by a variable and by its default."""
    query = "query Q($n: Int = 501) { customers(first: $n) { totalCount } }"
    for status, code, message in (
        complaint("{ customers(first: 501) { totalCount } }"),
        complaint(query),
        complaint(query, n=100_000),
    ):
        assert (status, code) == (400, "LIMIT_EXCEEDED")
        assert "500" in message
    assert ask(query, n=500) == {"customers": {"totalCount": 0}}


@pytest.mark.django_db
def test_a_page_without_sizes_has_fifty_rows() -> None:
    """The default."""
    factories.CustomerFactory.create_batch(51)
    assert len(ids(page("customers", "COMPANY_NAME", 'search: "company"'))) == 50


def _end(connection: Any) -> str:
    return str(connection["pageInfo"]["endCursor"])
