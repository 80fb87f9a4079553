"""The orders in which connections can be paged."""

from collections.abc import Callable, Mapping
from typing import Any

import graphene

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
}
_WINDOWS = _both("WINDOW_START", "window_start", cursors.time, _ROW)
SCORE_ORDERS = {
    **_WINDOWS,
    **_both("CREATED_AT", "created_at", cursors.time, _ROW),
    **_both("SENTIMENT_SCORE", "sentiment_score", cursors.number, _ROW),
}
SEGMENT_ORDERS = {**_WINDOWS, **_both("INDUSTRY", "industry", cursors.text, _ROW)}
OVERALL_ORDERS = _WINDOWS


def chosen(orders: Mapping[str, Order], value: Any, default: str) -> Order:
    """The order that a value of its enum names; null stands for the default."""
    return orders[default if value is None else getattr(value, "value", value)]


def _enum(name: str, orders: dict[str, Order], description: str) -> Any:
    return graphene.Enum(
        name,
        [(title, title) for title in orders],
        description=lambda value: description if value is None else None,
    )


_LAST = "Absent values come last in both directions."
CustomerOrder = _enum(
    "CustomerOrder",
    CUSTOMER_ORDERS,
    f"CURRENT_SENTIMENT has the least satisfied first. {_LAST}",
)
ScoreOrder = _enum("ScoreOrder", SCORE_ORDERS, "WINDOW_START_DESC has the newest first.")
SegmentOrder = _enum("SegmentOrder", SEGMENT_ORDERS, "WINDOW_START_DESC has the newest first.")
OverallOrder = _enum("OverallOrder", OVERALL_ORDERS, "WINDOW_START_DESC has the newest first.")
