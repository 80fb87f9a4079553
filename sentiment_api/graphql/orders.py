"""The orders in which connections can be paged."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import graphene

from sentiment_api import industries
from sentiment_api.graphql import cursors
from sentiment_api.graphql.cursors import Order, Term

Parse = Callable[[Any], Any]


def _both(
    name: str, column: str, parse: Parse, key: tuple[str, Parse], nullable: bool = False
) -> dict[str, Order]:
    """An order by a column and then by a key, rising and falling."""
    return {
        title: Order(title, (Term(column, parse, down, nullable), Term(*key, down)))
        for title, down in ((name, False), (f"{name}_DESC", True))
    }


_CUSTOMER = ("customer_id", cursors.whole)
_ROW = ("job_id", cursors.key)

REPORTS = "reports_last_24_hours"

CUSTOMER_ORDERS = {
    **_both("COMPANY_NAME", "company_name", cursors.text, _CUSTOMER),
    **_both("CURRENT_SENTIMENT", "current_sentiment", cursors.number, _CUSTOMER, nullable=True),
    **_both("REPORTS_LAST_24_HOURS", REPORTS, cursors.whole, _CUSTOMER),
    **_both("CREATED_AT", "customer_since", cursors.time, _CUSTOMER),
    **_both("GETTING_WORSE", "change_high", cursors.number, _CUSTOMER, nullable=True),
}
_WINDOWS = _both("WINDOW_START", "window_start", cursors.time, _ROW)
SCORE_ORDERS = {
    **_WINDOWS,
    **_both("CREATED_AT", "created_at", cursors.time, _ROW),
    **_both("SENTIMENT_SCORE", "sentiment_score", cursors.number, _ROW),
}
SEGMENT_ORDERS = {**_WINDOWS, **_both("INDUSTRY", "industry", cursors.text, _ROW)}
OVERALL_ORDERS = _WINDOWS
OLDEST_FIRST = SCORE_ORDERS["CREATED_AT"]
"""Of revisions."""


BY_INDUSTRY = "INDUSTRY"
INDUSTRY_ORDERS = {
    f"{name.upper()}{title}": f"{sign}{name}"
    for name in industries.ORDERS
    for title, sign in (("", ""), ("_DESC", "-"))
}
"""As `industries.ordered` has them. This list has no pages."""


def industry_order(value: Any) -> list[str]:
    """The words that a value of `IndustryOrder` stands for; null stands for the default."""
    return [INDUSTRY_ORDERS[BY_INDUSTRY if value is None else getattr(value, "value", value)]]


def chosen(orders: Mapping[str, Order], value: Any, default: str) -> Order:
    """The order that a value of its enum names; null stands for the default."""
    return orders[default if value is None else getattr(value, "value", value)]


def _enum(name: str, orders: Iterable[str], description: str) -> Any:
    return graphene.Enum(
        name,
        [(title, title) for title in orders],
        description=lambda value: description if value is None else None,
    )


_LAST = "Absent values come last in both directions."
CustomerOrder = _enum(
    "CustomerOrder",
    CUSTOMER_ORDERS,
    "CURRENT_SENTIMENT has the least satisfied first, GETTING_WORSE the surest fall (see "
    f"`change`). {_LAST}",
)
IndustryOrder = _enum(
    "IndustryOrder", INDUSTRY_ORDERS, f"GETTING_WORSE has the surest fall first. {_LAST}"
)
ScoreOrder = _enum("ScoreOrder", SCORE_ORDERS, "WINDOW_START_DESC has the newest first.")
SegmentOrder = _enum("SegmentOrder", SEGMENT_ORDERS, "WINDOW_START_DESC has the newest first.")
OverallOrder = _enum("OverallOrder", OVERALL_ORDERS, "WINDOW_START_DESC has the newest first.")
