"""What was known at an earlier time."""

from datetime import datetime

from django.db.models import Max, Min
from django.utils import timezone

from jobs.models import Window


def past(instant: datetime) -> datetime:
    """The instant, which has come; ValueError for one in the future, of which nothing is known."""
    now = timezone.now()
    if instant > now:
        raise ValueError(
            f"{_shown(instant)} lies in the future (it is {_shown(now)} now), and what will be "
            "known then is not known yet. Leave it out for what is known now."
        )
    return instant


def ignorance(instant: datetime) -> str | None:
    """What is to be said of an instant before anything was known; None of a later one.

    People take the time of knowing for the time of the windows: a history that was read today
    was not known yesterday.
    """
    first = Window.objects.aggregate(first=Min("covered_at"))["first"]
    if first is None:
        return f"Nothing was known at {_shown(instant)}: no window has been read yet."
    if instant >= first:
        return None
    return (
        f"Nothing was known at {_shown(instant)}: the first window was read at {_shown(first)}. "
        "For earlier windows ask by their range."
    )


def newest_covered(as_of: datetime | None) -> datetime | None:
    """The end of the newest window that is covered, or was at that time."""
    windows = Window.objects.all()
    if as_of is not None:
        windows = windows.filter(covered_at__lte=as_of)
    newest: datetime | None = windows.aggregate(newest=Max("window_end"))["newest"]
    return newest


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
