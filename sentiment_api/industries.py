"""The industries side by side, as they stand now."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, FloatField, Max, Q, Sum
from django.db.models.functions import Cast

from config.industries import industry_key
from config.models import IndustryBaseline
from jobs.change import Compared, WindowSums, of_industries
from jobs.models import Window
from sentiment_api.changes import Change
from sentiment_api.models import ComparedSpan, Customer, SegmentSentiment

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Industry:
    """An industry with its active customers, its newest segment row, and its reports of the 24
    hours up to the newest covered window and of the 24 before. `window_start` is None where it
    has no row in the newest window that has any."""

    industry: str
    customers: int
    window_start: datetime | None
    standing_sentiment_score: float | None
    standing_low: float | None
    standing_high: float | None
    standing_customers: int
    fn_last_24_hours: int
    fp_last_24_hours: int
    fn_previous_24_hours: int
    fp_previous_24_hours: int
    baseline_score: float | None
    change: Change | None


ORDERS: Mapping[str, Callable[[Industry], Any]] = {
    "industry": lambda row: industry_key(row.industry),
    "getting_worse": lambda row: row.change and row.change.high,
    "standing_sentiment_score": lambda row: row.standing_sentiment_score,
}
"""What industries can be ordered by."""


def ordered(rows: Iterable[Industry], words: Sequence[str]) -> list[Industry]:
    """By these orders, the first one first (`-` turns one round), then by name. Absent values
    come last in both directions."""
    found = sorted(rows, key=ORDERS["industry"])
    for word in reversed(words):
        value = ORDERS[word.removeprefix("-")]
        present = [row for row in found if value(row) is not None]
        absent = [row for row in found if value(row) is None]
        found = sorted(present, key=value, reverse=word.startswith("-")) + absent
    return found


def read_industries() -> list[Industry]:
    """Every industry with active customers or a row in the newest window that has any, by name.
    One of each spelling that counts as the same."""
    spelling: dict[str, str] = {}
    members = _members(spelling)
    rows = _newest_rows(spelling)
    reports = _reports()
    baselines = IndustryBaseline.by_key()
    changes = _changes(members, ComparedSpan.current())
    found = [
        Industry(
            industry=name,
            customers=len(members.get(key, ())),
            **rows.get(key, _NO_ROW),
            **reports.get(key, _NO_REPORTS),
            baseline_score=baselines.get(key),
            change=changes.get(key),
        )
        for key, name in spelling.items()
    ]
    return ordered(found, ["industry"])


_Counts = Sequence[float]
"""Recent FN and FP, FN and FP before, dispersion of a customer."""
_STANDING = (
    "standing_sentiment_score",
    "standing_low",
    "standing_high",
    "standing_customers",
)
_NO_ROW: dict[str, Any] = {**dict.fromkeys(("window_start", *_STANDING)), "standing_customers": 0}
_NO_REPORTS: dict[str, Any] = dict.fromkeys(
    (
        "fn_last_24_hours",
        "fp_last_24_hours",
        "fn_previous_24_hours",
        "fp_previous_24_hours",
    ),
    0,
)


def _members(spelling: dict[str, str]) -> dict[str, list[_Counts]]:
    """The counts of the active customers by industry; notes how it is spelled."""
    rows = Customer.objects.filter(inactive_since=None).order_by("pk")
    found: dict[str, list[_Counts]] = defaultdict(list)
    keys: dict[str, str] = {}
    for name, *counts in rows.values_list(
        "industry", "recent_fn", "recent_fp", "before_fn", "before_fp", "dispersion"
    ):
        key = keys.get(name) or keys.setdefault(name, industry_key(name))
        spelling.setdefault(key, name)
        found[key].append(counts)
    return found


def _newest_rows(spelling: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The current rows of the newest window that has any."""
    current = SegmentSentiment.objects.current()
    newest = current.order_by("-window_start").values("window_start")[:1]
    rows = current.filter(window_start=newest).order_by("standing_customers")
    found = {}
    for name, *values in rows.values_list("industry", "window_start", *_STANDING):
        key = industry_key(name)
        spelling.setdefault(key, name)
        found[key] = dict(zip(("window_start", *_STANDING), values, strict=True))
    return found


def _reports() -> dict[str, dict[str, Any]]:
    """The reports of the last 24 windows and of the 24 before, from the segment rows."""
    end = Window.objects.aggregate(end=Max("window_end"))["end"]
    if end is None:
        return {}
    rows = SegmentSentiment.objects.current().filter(
        window_start__gte=end - 2 * DAY, window_start__lt=end
    )
    last, previous = Q(window_start__gte=end - DAY), Q(window_start__lt=end - DAY)
    sums = rows.order_by().values("industry")
    sums = sums.annotate(
        fn_last_24_hours=Sum("total_fn_count", filter=last, default=0),
        fp_last_24_hours=Sum("total_fp_count", filter=last, default=0),
        fn_previous_24_hours=Sum("total_fn_count", filter=previous, default=0),
        fp_previous_24_hours=Sum("total_fp_count", filter=previous, default=0),
    )
    found: dict[str, dict[str, Any]] = {}
    for row in sums:
        total = found.setdefault(industry_key(row["industry"]), dict(_NO_REPORTS))
        for field in _NO_REPORTS:
            total[field] += row[field]
    return found


def _changes(members: Mapping[str, list[_Counts]], span: ComparedSpan) -> dict[str, Change | None]:
    """The common change of each industry's customers."""
    if span.recent_end is None:
        return {}
    rows = [(place, *counts) for place, part in enumerate(members.values()) for counts in part]
    place, *columns = np.array(rows, dtype=np.float64).reshape(-1, 6).T
    measured = of_industries(
        Compared(*columns), place.astype(np.int64), _windows(members, span), span.slope
    )
    found = {}
    for number, (key, part) in enumerate(members.items()):
        recent_fn, recent_fp, before_fn, before_fp, _ = map(sum, zip(*part, strict=True))
        found[key] = Change.over(
            span,
            measured.at(number),
            (int(recent_fn), int(recent_fp)),
            (int(before_fn), int(before_fp)),
        )
    return found


def _windows(industries: Iterable[str], span: ComparedSpan) -> WindowSums:
    """The sums over the windows of each of these industries, in their order."""
    fn, fp = (Cast(f"total_{kind}_count", FloatField()) for kind in ("fn", "fp"))
    rows = (
        SegmentSentiment.objects.current()
        .in_range(span.before_start, span.recent_end)
        .filter(Q(total_fn_count__gt=0) | Q(total_fp_count__gt=0))
        .order_by()
        .values_list("industry")
    )
    sums = rows.annotate(
        windows=Count("*"),
        fn=Sum(fn),
        fp=Sum(fp),
        fn_fn=Sum(fn * fn),
        fn_fp=Sum(fn * fp),
        fp_fp=Sum(fp * fp),
    )
    found: dict[str, Any] = {}
    for name, *values in sums:
        key = industry_key(name)
        found[key] = np.add(found.get(key, 0.0), values)
    nothing = np.zeros(6)
    return WindowSums(*np.array([found.get(key, nothing) for key in industries]).reshape(-1, 6).T)
