"""Which windows of a month were read, by day and hour."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from django.db.models import Max, Min

from jobs.clock import from_hour, to_hour
from jobs.models import Window
from jobs.plan import failed
from jobs.words import count

EARLIEST = date(1970, 1, 1)
LATEST = date(9999, 11, 1)


class Cover(StrEnum):
    """What is known of a window."""

    COMPLETE = "complete"
    OWES = "owes work"
    FAILED = "last run failed"
    MISSING = "missing"
    BEFORE = "before the first"
    FUTURE = "not over yet"


MEANINGS = {
    Cover.COMPLETE: "read, and everything that rests on it is computed",
    Cover.OWES: "read, and something is still to be computed; the next run does it",
    Cover.FAILED: "read, but the last run that was to read it did not come to its end",
    Cover.MISSING: "never read, though an earlier window was",
    Cover.BEFORE: "never read; older than the first window that was",
    Cover.FUTURE: "read when it is over",
}


@dataclass(frozen=True)
class Hour:
    """One window."""

    start: datetime
    cover: Cover
    reports: int = 0
    rejected: int = 0

    @property
    def end(self) -> datetime:
        """The start of the next window."""
        return self.start + timedelta(hours=1)

    @property
    def was_read(self) -> bool:
        """Was it read from the source?"""
        return self.cover in (Cover.COMPLETE, Cover.OWES, Cover.FAILED)

    @property
    def words(self) -> str:
        """The window in words."""
        said = f"{self.start:%Y-%m-%d %H:%M}Z: {self.cover}"
        if self.was_read:
            said += f", {count(self.reports, 'report')}"
        return said + (f", {self.rejected:,} rejected" if self.rejected else "")


@dataclass(frozen=True)
class Day:
    """The windows of one day in UTC."""

    hours: list[Hour]

    @property
    def start(self) -> datetime:
        """Its midnight."""
        return self.hours[0].start

    @property
    def end(self) -> datetime:
        """The midnight after it."""
        return self.hours[-1].end

    @property
    def begun(self) -> bool:
        """Is any of its windows over?"""
        return self.hours[0].cover != Cover.FUTURE

    @property
    def reports(self) -> int:
        """FN and FP reports together."""
        return sum(hour.reports for hour in self.hours)

    @property
    def words(self) -> str:
        """What is not complete, in words."""
        counted: Counter[Cover] = Counter(
            hour.cover for hour in self.hours if hour.cover != Cover.FUTURE
        )
        return ", ".join(f"{counted[cover]} {cover}" for cover in Cover if counted[cover])


@dataclass(frozen=True)
class Month:
    """The windows of one month in UTC."""

    first: date
    days: list[Day]

    @property
    def counts(self) -> Counter[Cover]:
        """How many windows there are of each kind."""
        return Counter(hour.cover for day in self.days for hour in day.hours)


def month_of(first: date, now: datetime) -> Month:
    """The month that begins on a day, as it is known now. A handful of queries for any month."""
    start = datetime(first.year, first.month, 1, tzinfo=UTC)
    end = datetime.combine(next_month(first), datetime.min.time(), tzinfo=UTC)
    hours = range(to_hour(start), to_hour(end))
    rows = Window.objects.filter(window_start__gte=start, window_start__lt=end)
    owing = set(rows.owing().order_by().values_list("pk", flat=True))
    stopped = set(failed(hours).tolist())
    found = {
        to_hour(begin): Hour(
            begin,
            Cover.FAILED
            if to_hour(begin) in stopped
            else (Cover.OWES if begin in owing else Cover.COMPLETE),
            reports,
            rejected,
        )
        for begin, reports, rejected in rows.values_list("pk", "reports", "rejected")
    }
    first_covered = Window.objects.aggregate(first=Min("window_start"))["first"]
    since = to_hour(first_covered) if first_covered else to_hour(now)
    all_hours = [found.get(hour) or _unread(hour, since, to_hour(now)) for hour in hours]
    return Month(
        start.date(), [Day(all_hours[at : at + 24]) for at in range(0, len(all_hours), 24)]
    )


def newest_month(now: datetime) -> date:
    """The month of the newest covered window, or this one."""
    newest = Window.objects.aggregate(newest=Max("window_start"))["newest"] or now
    return date(newest.year, newest.month, 1)


def oldest_month(now: datetime) -> date:
    """The month of the first covered window, or this one."""
    oldest = Window.objects.aggregate(oldest=Min("window_start"))["oldest"] or now
    return date(oldest.year, oldest.month, 1)


def next_month(first: date) -> date:
    """The first of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def previous_month(first: date) -> date:
    """The first of the month before."""
    return (first.replace(day=1) - timedelta(days=1)).replace(day=1)


def _unread(hour: int, since: int, now: int) -> Hour:
    if hour >= now:
        return Hour(from_hour(hour), Cover.FUTURE)
    return Hour(from_hour(hour), Cover.MISSING if hour >= since else Cover.BEFORE)
