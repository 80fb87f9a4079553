"""Numbers and lists in sentences."""

from collections.abc import Collection

SHOWN = 5


def more_or_fewer(fn: int, fp: int) -> str:
    """Differences of counts; empty for none."""
    return " and ".join(
        f"{abs(count)} {kind} {'more' if count > 0 else 'fewer'}"
        for count, kind in ((fn, "FN"), (fp, "FP"))
        if count
    )


def customers(count: int) -> str:
    """So many customers."""
    return f"{count} customer{'' if count == 1 else 's'}"


def or_none(value: float | None) -> str:
    """A number that may be missing."""
    return "none" if value is None else f"{value:g}"


def some(items: Collection[str]) -> str:
    """The first few of them, and how many others there are."""
    others = len(items) - SHOWN
    return ", ".join(sorted(items)[:SHOWN]) + (f" and {others} more" if others > 0 else "")
