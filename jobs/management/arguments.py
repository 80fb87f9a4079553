"""Arguments that several commands share."""

from datetime import UTC, datetime


class ArgumentError(Exception):
    """An argument that cannot be used; the message names it and says what to do."""


def instant(name: str, text: str) -> datetime:
    """An ISO 8601 time; UTC where it names no zone, midnight where it is only a date."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentError(
            f"{name} {text!r} is no ISO 8601 time such as 2026-05-01T13:00 or 2026-05-01"
        ) from error
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError as error:
        raise ArgumentError(f"{name} {text!r} lies outside the years 1 to 9999 in UTC") from error


def full_hour(name: str, text: str) -> datetime:
    """An `instant` on the hour."""
    value = instant(name, text)
    if value.minute or value.second or value.microsecond:
        raise ArgumentError(
            f"{name} {text!r} is not on the hour; windows are full hours in UTC, "
            f"such as {value:%Y-%m-%dT%H}:00"
        )
    return value
