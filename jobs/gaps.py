"""Windows that were never read though earlier ones were."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from jobs.clock import from_hour, slices, to_hour
from jobs.models import Window
from jobs.plan import uncovered


@dataclass(frozen=True)
class Gap:
    """Windows in a row that are not covered, between the first covered one and now."""

    start: datetime
    end: datetime

    @property
    def windows(self) -> int:
        """How many there are."""
        return to_hour(self.end) - to_hour(self.start)

    @property
    def is_caught_up(self) -> bool:
        """Does the next run read all of it, or is (some of) it too old for that?"""
        return to_hour(self.start) >= to_hour(timezone.now()) - settings.CATCH_UP_HOURS


def gaps() -> list[Gap]:
    """All of them, oldest first."""
    first = _first_covered()
    if first is None:
        return []
    missing = uncovered(range(first, to_hour(timezone.now()))).tolist()
    return [
        Gap(from_hour(part.start), from_hour(part.stop))
        for part in slices(missing, longest=len(missing) or 1)
    ]


def missing_windows() -> int:
    """How many windows the gaps have, without looking for them."""
    first = _first_covered()
    if first is None:
        return 0
    now = to_hour(timezone.now())
    return now - first - Window.objects.filter(window_start__lt=from_hour(now)).count()


def _first_covered() -> int | None:
    first = Window.objects.aggregate(first=Min("window_start"))["first"]
    return None if first is None else to_hour(first)
