"""Ranges of time and of numbers, as clients ask for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sentiment_api.graphql.budget import Budget
from sentiment_api.graphql.context import Context
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits.numbers import ADDED_UP_VALUES, LIST_ROWS, SERIES_ROWS
from sentiment_api.knowledge import newest_covered, past
from sentiment_api.models.revision import RevisedQuerySet

DEFAULT_SPAN = timedelta(days=30)


@dataclass(frozen=True)
class TimeRange:
    """Windows between two instants; None leaves a side open."""

    start: datetime | None = None
    end: datetime | None = None


def asked_range(given: Any) -> TimeRange:
    """The range of a `TimeRangeInput`, open where it says nothing."""
    start, end = (given.get("start_date"), given.get("end_date")) if given else (None, None)
    if start is not None and end is not None and start >= end:
        raise RefusedError("timeRange: startDate must lie before endDate.")
    return TimeRange(start, end)


def range_or_newest(given: Any, as_of: datetime | None) -> TimeRange:
    """The range of a `TimeRangeInput`. A missing end is the end of the newest window that is
    covered, or was at that time; a missing start is 30 days before the end."""
    asked = asked_range(given)
    end = asked.end or newest_covered(as_of)
    if end is None or asked.start is not None:
        return TimeRange(asked.start, asked.end)
    return TimeRange(_before(end, DEFAULT_SPAN), end)


def _before(instant: datetime, span: timedelta) -> datetime:
    try:
        return instant - span
    except OverflowError:
        return instant


def known(rows: RevisedQuerySet, as_of: datetime | None, context: Context) -> RevisedQuerySet:
    """The current rows, or those that were current at an instant that has come."""
    if as_of is None:
        return rows.current()
    try:
        context.looks_back(past(as_of))
    except ValueError as error:
        raise RefusedError(f"asOf: {error}") from error
    return rows.as_of(as_of)


def not_too_many(rows: RevisedQuerySet, budget: Budget) -> int:
    """The number of rows, unless there are more than a list may hold."""
    number = _at_most(
        rows,
        LIST_ROWS,
        "Ask for a shorter one, page through a connection, or take a series by day or week.",
    )
    budget.take(number)
    return number


def not_too_many_to_add_up(rows: RevisedQuerySet, budget: Budget) -> None:
    """The same for rows that the database adds up: they are charged as values, by the time that
    they take."""
    number = _at_most(rows, SERIES_ROWS, "Ask for a shorter one, or for fewer industries at once.")
    budget.answer(number * ADDED_UP_VALUES)


def _at_most(rows: RevisedQuerySet, most: int, advice: str) -> int:
    number = rows.order_by()[: most + 1].count()
    if number > most:
        raise RefusedError(
            f"timeRange: this range has more than {most} rows. {advice}",
            Code.LIMIT_EXCEEDED,
            limit=most,
        )
    return number


def number_range(name: str, given: Any) -> tuple[float | None, float | None]:
    """Both sides of a `FloatRange`."""
    low, high = (given.get("min"), given.get("max")) if given else (None, None)
    if low is not None and high is not None and low > high:
        raise RefusedError(f"{name}: min must not lie above max.")
    return low, high
