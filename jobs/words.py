"""Numbers and durations in sentences."""

from datetime import timedelta


def count(number: int, thing: str) -> str:
    """So many things."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def duration(span: timedelta) -> str:
    """A duration in the units people use."""
    seconds = span.total_seconds()
    if seconds < 1:
        return "less than a second"
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} hours"


def about(span: timedelta) -> str:
    """A duration that is a guess."""
    said = duration(span)
    return said if span < timedelta(seconds=1) else f"about {said}"
