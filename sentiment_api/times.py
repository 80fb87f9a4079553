"""Points in time as people write them."""

import re
from datetime import UTC, datetime

_TIME = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<clock>\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(?P<zone>[Zz]|[+ -]\d{2}:\d{2})?)?",
    re.ASCII,
)
EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


def parse_time(text: str) -> datetime:
    """An ISO 8601 time: UTC where it names no zone, midnight where it is only a date.

    What lies beyond the years that can be kept becomes the first or last instant of them. A `+`
    that arrives as a blank, as it does in an address, is read as a `+`. Raises ValueError.
    """
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text[:60]!r} is no time; {ALLOWED}")
    zone = (match["zone"] or "Z").upper().replace(" ", "+")
    try:
        value = datetime.fromisoformat(f"{match['date']}T{match['clock'] or '00:00'}{zone}")
    except ValueError as error:
        raise ValueError(f"{text[:60]!r} is no time ({error}); {ALLOWED}") from error
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return EARLIEST if value.year == 1 else LATEST


ALLOWED = (
    "use ISO 8601 such as 2026-05-01T13:00:00Z, or a date such as 2026-05-01 for its midnight; "
    "UTC where no zone is named"
)
