"""How fresh the data are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, Q
from django.utils import timezone

from config.models import ScoringProfile
from jobs.clock import CLOCK_TOLERANCE
from jobs.models import Window
from sentiment_api.kept import while_unchanged


@dataclass(frozen=True)
class Freshness:
    """The newest windows (by their end) and their age at the time `at`.

    `newest_complete_window` owes nothing any more; both are None when there is none.
    """

    at: datetime
    newest_covered_window: datetime | None
    newest_complete_window: datetime | None
    objective: timedelta

    @property
    def age(self) -> timedelta | None:
        """The time since the end of the newest covered window."""
        if self.newest_covered_window is None:
            return None
        return max(self.at - self.newest_covered_window, timedelta())

    @property
    def met(self) -> bool:
        """Are the data as fresh as they should be?"""
        return self.age is not None and self.age <= self.objective


def data_freshness() -> Freshness:
    """How fresh the data are now."""
    covered, complete = while_unchanged("newest windows", _newest_windows)
    return Freshness(
        at=timezone.now(),
        newest_covered_window=covered,
        newest_complete_window=complete,
        objective=timedelta(minutes=settings.FRESHNESS_OBJECTIVE_MINUTES),
    )


def _newest_windows() -> tuple[datetime | None, datetime | None]:
    """The ends of the newest covered and the newest complete window."""
    covered = Window.objects.exclude(_in_the_future()).order_by("-window_start")
    complete = Window.objects.complete().exclude(_in_the_future()).order_by("-window_start")
    return (
        covered.values_list("window_end", flat=True).first(),
        complete.values_list("window_end", flat=True).first(),
    )


def early_windows() -> list[datetime]:
    """The starts of covered windows that are not over."""
    rows = Window.objects.filter(_in_the_future()).order_by("window_start")
    return list(rows.values_list("window_start", flat=True))


def _in_the_future() -> Q:
    """Such windows, which clocks that were ahead leave, would hide for their time that nothing
    comes any more, and let every score look stale."""
    return Q(window_end__gt=timezone.now() + CLOCK_TOLERANCE)


def stale_at() -> datetime | None:
    """A score whose window starts then or earlier is stale: the start of the newest covered
    window, less what the active profile allows. None when nothing is covered."""
    return while_unchanged("stale", _stale_at)


def _stale_at() -> datetime | None:
    covered = Window.objects.exclude(_in_the_future())
    newest: datetime | None = covered.aggregate(newest=Max("window_start"))["newest"]
    if newest is None:
        return None
    return newest - timedelta(hours=ScoringProfile.active().max_age_hours)
