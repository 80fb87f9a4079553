"""What OpenAPI cannot say, for schemathesis: rules between two values, and names of time zones.

Used through `schemathesis.toml`.
"""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import available_timezones

import schemathesis
from hypothesis import strategies

from sentiment_api.times import parse_time

schemathesis.openapi.format("timezone", strategies.sampled_from(sorted(available_timezones())))


@schemathesis.hook
def filter_case(_context: Any, case: Any) -> bool:
    """Leave out what contradicts itself: it is refused, and the tests of bad input see to that."""
    return not (
        _ends_before_it_begins(case.query or {})
        or _lies_in_the_future(case.query or {})
        or _bounds_cross(case.query or {})
        or _asks_for_a_page_of_a_file(case.query or {})
        or _levels_cross(case.body)
        or _errors_weigh_the_same(case.body)
        or _what_if_contradicts_itself(case.body)
        or (case.path.startswith("/api/config/database/{id}/") and _password_is_missing(case))
    )


def _ends_before_it_begins(query: Any) -> bool:
    try:
        return parse_time(str(query["start_date"])) >= parse_time(str(query["end_date"]))
    except (KeyError, ValueError):
        return False


def _lies_in_the_future(query: Any) -> bool:
    try:
        return parse_time(str(query["as_of"])) > datetime.now(UTC)
    except (KeyError, ValueError):
        return False


def _bounds_cross(query: Any) -> bool:
    try:
        return float(query["sentiment_min"]) > float(query["sentiment_max"])
    except (KeyError, TypeError, ValueError):
        return False


def _asks_for_a_page_of_a_file(query: Any) -> bool:
    return query.get("format") == "csv" and bool({"page", "page_size"} & set(query))


def _levels_cross(body: Any) -> bool:
    if not isinstance(body, dict):
        return False
    low, high = body.get("attention_below", 0.4), body.get("healthy_above", 0.7)
    numbers = isinstance(low, int | float) and isinstance(high, int | float)
    return numbers and low > high


def _errors_weigh_the_same(body: Any) -> bool:
    return isinstance(body, dict) and body.get("fn_weight", 0) == body.get("fp_weight", 1)


def _what_if_contradicts_itself(body: Any) -> bool:
    """Rules that would be refused when saved, or an industry that is named twice."""
    if not isinstance(body, dict):
        return False
    rows = body.get("baselines")
    names = [
        str(row.get("industry")).strip().casefold()
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict)
    ]
    rules = body.get("profile")
    return _levels_cross(rules) or _errors_weigh_the_same(rules) or len(set(names)) < len(names)


def _password_is_missing(case: Any) -> bool:
    """Whoever changes where the stored password goes has to give it again."""
    if not isinstance(case.body, dict) or "password" in case.body:
        return False
    place = {"host", "port", "username", "sslmode"}
    return case.method == "PUT" or (case.method == "PATCH" and bool(place & set(case.body)))
