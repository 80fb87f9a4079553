"""The industries side by side, as they stand now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Count, FloatField, Max, Q, Sum
from django.db.models.functions import Cast
from numpy.typing import NDArray

from config.industries import industry_key
from config.models import IndustryBaseline
from jobs import bulk
from jobs.change import Compared, WindowSums, of_industries
from jobs.models import Window
from sentiment_api.changes import Change
from sentiment_api.kept import while_unchanged
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


def without_customers(names: Iterable[str]) -> set[str]:
    """Those of these industries that no customer is in, in any spelling, whether active or not."""
    known = Customer.objects.order_by().values_list("industry", flat=True).distinct()
    keys = set(map(industry_key, known))
    return {name for name in names if industry_key(name) not in keys}


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
    """As `_read` gives them, once for each version of the data."""
    return list(while_unchanged("industries", _read))


def _read() -> list[Industry]:
    """Every industry with active customers or a row in the newest window that has any, by name.
    One of each spelling that counts as the same."""
    spelling: dict[str, str] = {}
    members = _Members.read(spelling)
    customers = members.sizes()
    rows = _newest_rows(spelling)
    reports = _reports()
    baselines = IndustryBaseline.by_key()
    changes = _changes(members, ComparedSpan.current())
    found = [
        Industry(
            industry=name,
            customers=customers.get(key, 0),
            **rows.get(key, _NO_ROW),
            **reports.get(key, _NO_REPORTS),
            baseline_score=baselines.get(key),
            change=changes.get(key),
        )
        for key, name in spelling.items()
    ]
    return ordered(found, ["industry"])


_COUNTS = ("recent_fn", "recent_fp", "before_fn", "before_fp")
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


@dataclass(frozen=True)
class _Members:
    """The active customers as columns, because there may be a million: the number of each one's
    industry among `keys`, and what it carries."""

    keys: Sequence[str]
    industry: NDArray[np.int64]
    carried: NDArray[np.void]

    @classmethod
    def read(cls, spelling: dict[str, str]) -> "_Members":
        """All of them; notes how their industries are spelled."""
        columns = dict.fromkeys((*_COUNTS, "dispersion"), "f8")
        rows = bulk.read(
            f"SELECT industry, {', '.join(columns)} FROM {bulk.table(Customer)} "  # noqa: S608
            "WHERE inactive_since IS NULL ORDER BY id",
            [],
            {"industry": "O", **columns},
        )
        names = rows["industry"].tolist()
        number: dict[str, int] = {}
        for name in dict.fromkeys(names):
            key = industry_key(name)
            spelling.setdefault(key, name)
            number.setdefault(key, len(number))
        of_name = {name: number[industry_key(name)] for name in dict.fromkeys(names)}
        industry = np.fromiter(map(of_name.__getitem__, names), dtype=np.int64, count=len(names))
        return cls(list(number), industry, rows)

    def sizes(self) -> dict[str, int]:
        """How many each industry has."""
        return self._by_key(np.bincount(self.industry, minlength=len(self.keys)))

    def sums(self) -> dict[str, dict[str, int]]:
        """Recent FN and FP, FN and FP before: of each industry."""
        return {name: self._by_key(self._sum(name)) for name in _COUNTS}

    def compared(self) -> Compared:
        """As they are compared."""
        return Compared(
            *(np.ascontiguousarray(self.carried[name]) for name in (*_COUNTS, "dispersion"))
        )

    def _sum(self, name: str) -> NDArray[np.float64]:
        sums = np.bincount(self.industry, weights=self.carried[name], minlength=len(self.keys))
        return sums.astype(np.float64)

    def _by_key(self, values: NDArray[Any]) -> dict[str, int]:
        return dict(zip(self.keys, map(int, values), strict=True))


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


def _changes(members: _Members, span: ComparedSpan) -> dict[str, Change | None]:
    """The common change of each industry's customers."""
    if span.recent_end is None:
        return {}
    windows = _windows(members.keys, span)
    measured = of_industries(members.compared(), members.industry, windows, span.slope)
    sums = members.sums()
    return {
        key: Change.over(
            span,
            measured.at(number),
            (sums["recent_fn"][key], sums["recent_fp"][key]),
            (sums["before_fn"][key], sums["before_fp"][key]),
        )
        for number, key in enumerate(members.keys)
    }


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
