"""Counts of reports: read from the source, compared with what is stored, written in one short
transaction per chunk of windows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from config.models import ScoringProfile
from jobs import bulk, locks, owed
from jobs.clock import CLOCK_TOLERANCE, from_hour, to_hour
from jobs.ledger import Ledger, StepResult
from jobs.models import Window
from jobs.revisions import Stored, among, compare
from jobs.row_keys import row_key, split_key
from jobs.source.connection import Source
from jobs.source.reports import ReportCounts, read_counts
from jobs.steps.customers import add_unknown
from sentiment_api import version
from sentiment_api.identifiers import time_ordered_keys
from sentiment_api.models import Customer, SyncJob
from sentiment_api.models.revision import EpochHour

ROWS_PER_CHUNK = 100_000
MOST_ROWS = 5 * ROWS_PER_CHUNK
"""What memory is made for. A chunk with more is read again in parts; a single window is not."""
LONGEST_CHUNK = 24 * 31
STORED_COLUMNS = {
    "customer": "i8",
    "hour": "i8",
    "job_id": "O",
    "revision": "i8",
    "fn": "i8",
    "fp": "i8",
    "newer": "i8",
}


def sync_counts(
    source: Source,
    ledger: Ledger,
    hours: range,
    customer_ids: Sequence[int] | None = None,
    recompute: bool = False,
    pace: "Pace | None" = None,
) -> int:
    """Bring the counts of a range up to date, chunk by chunk, in rising order; how many reports
    were read. `pace` knows the width of a chunk from ranges before.

    With `customer_ids`, only those customers' counts, in windows that are covered already.
    With `recompute`, everything in the range is owed again, changed or not.
    """
    pace = pace or Pace.begin()
    at, reports = hours.start, 0
    while at < hours.stop:
        chunk = range(at, min(at + pace.width, hours.stop))
        counts = read_counts(source, chunk, customer_ids, MOST_ROWS if len(chunk) > 1 else None)
        if counts is None:
            pace.hold_back(len(chunk))
            continue
        local = _local_keys(source, counts, customer_ids or (), ledger)
        result, early = _store(chunk, counts, local, ledger, customer_ids is None, recompute)
        ledger.progress(result)
        ledger.warn("windows that are not over by the source's clock, left for a later run", early)
        ledger.warn(
            "reports rejected: no customer id, or a sample_type that is neither FN nor FP",
            result.rejected,
        )
        reports += counts.reports
        at = chunk.stop
        pace.learn(len(chunk), len(counts))
    return reports


@dataclass
class Pace:
    """Chunks grow until they hold enough rows to be worth a transaction, and no more."""

    width: int

    @classmethod
    def begin(cls) -> "Pace":
        """As wide as would do if every customer reported in every window."""
        return cls(max(1, min(ROWS_PER_CHUNK // max(Customer.objects.count(), 1), LONGEST_CHUNK)))

    def learn(self, width: int, rows: int) -> None:
        """A chunk of so many windows had so many rows."""
        widest = width * ROWS_PER_CHUNK // max(rows, 1)
        self.width = max(1, min(self.width * 4, widest, LONGEST_CHUNK))

    def hold_back(self, width: int) -> None:
        """A chunk of so many windows had more rows than there is memory for."""
        self.width = max(1, width // 4)


@dataclass(frozen=True)
class _Keys:
    """Customers by their rising ids in the source, with their local keys."""

    customer_id: NDArray[np.int64]
    key: NDArray[np.int64]

    @classmethod
    def of_all(cls, customer_ids: NDArray[np.int64]) -> "_Keys":
        """Those of these ids (rising, each once) that are known here."""
        parts = [
            _read_keys(customer_ids[at : at + ROWS_PER_CHUNK])
            for at in range(0, max(len(customer_ids), 1), ROWS_PER_CHUNK)
        ]
        rows = np.concatenate(parts)
        return cls(np.ascontiguousarray(rows["customer_id"]), np.ascontiguousarray(rows["key"]))

    def of(self, customer_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The local keys of known customers; KeyError where one is not."""
        place = np.minimum(
            np.searchsorted(self.customer_id, customer_ids), max(len(self.customer_id) - 1, 0)
        )
        if len(customer_ids) and not np.array_equal(self.customer_id[place], customer_ids):
            raise KeyError("a report's customer has no local key")
        return self.key[place]


def _local_keys(
    source: Source, counts: ReportCounts, asked: Sequence[int], ledger: Ledger
) -> _Keys:
    """The local key of every customer that was asked for or that the counts name."""
    counted = np.unique(counts.customer_id[(counts.fn + counts.fp) > 0])
    wanted = np.union1d(counted, np.array(asked, dtype=np.int64))
    local = _Keys.of_all(wanted)
    unknown = np.setdiff1d(counted, local.customer_id).tolist()
    if unknown:
        add_unknown(source, unknown, ledger)
        local = _Keys.of_all(wanted)
    return local


def _read_keys(customer_ids: NDArray[np.int64]) -> NDArray[np.void]:
    condition, params = bulk.any_of("customer_id", customer_ids.tolist())
    return bulk.read(
        f"SELECT customer_id, id FROM {bulk.table(Customer)} WHERE {condition} "  # noqa: S608
        "ORDER BY customer_id",
        params,
        {"customer_id": "i8", "key": "i8"},
    )


@dataclass(frozen=True)
class _Counted:
    """Counts by local customer key."""

    customer: NDArray[np.int64]
    hour: NDArray[np.int64]
    fn: NDArray[np.int64]
    fp: NDArray[np.int64]

    @property
    def key(self) -> NDArray[np.int64]:
        return row_key(self.customer, self.hour)

    def at(self, places: NDArray[Any]) -> "_Counted":
        return _Counted(self.customer[places], self.hour[places], self.fn[places], self.fp[places])

    def in_order(self) -> "_Counted":
        """By customer, then hour: neighbours in the index are written one after the other."""
        return self.at(np.argsort(self.key, kind="stable"))

    def where_not(self, keys: NDArray[np.int64]) -> "_Counted":
        return self.at(~among(self.key, keys))


def _store(
    hours: range,
    counts: ReportCounts,
    local: _Keys,
    ledger: Ledger,
    covers: bool,
    recompute: bool,
) -> tuple[StepResult, int]:
    """What was written, and how many windows were left as they are not over."""
    with transaction.atomic():
        locks.keep_days(hours)
        news = _News(counts)
        taken, early = news.windows(hours, covers)
        counted = _take(counts, local, taken)
        customers = None if covers else sorted(local.key.tolist())
        current = _Current.read(hours, taken, news, customers)
        wanted = _with_silence(counted, current.stored).where_not(current.newer)
        changes = _Changes.between(wanted, current.stored.without(current.newer))
        write = _Writer(changes, counts, ledger)
        write.new()
        locks.check_references()
        locks.one_marks_scores()
        write.revisions(current.key)
        changed = changes.rows.hour
        if recompute:
            owed.mark_all_scores(hours, customers)
        # Windows come after counts, and all at once: the order in which every step locks.
        if covers:
            locks.cover_windows()
        owed.lock_windows(from_hour(hours.start))
        if covers:
            _cover(taken, counts)
        owed.mark_windows(changed, ScoringProfile.reach_of_all() + owed.standing_hours())
        if recompute:
            owed.mark_windows(np.arange(hours.start, hours.stop), owed.standing_hours())
        if len(taken) or len(changed):
            version.bump()
    rejected = int(counts.rejected.sum())
    return StepResult(read=counts.reports, written=len(changed), rejected=rejected), early


class _News:
    """For which rows a reading is news: those that were not read later.

    A later time than the source's clock can show by now is from before that clock was set back:
    it says nothing. Make it when nobody else can write these rows any more.
    """

    def __init__(self, counts: ReportCounts) -> None:
        self.later = counts.read_at, counts.now_at_most
        self._over = to_hour(counts.read_at + CLOCK_TOLERANCE)

    def windows(self, hours: range, covers: bool) -> tuple[NDArray[np.int64], int]:
        """The windows of the range that take it: covered ones, and with `covers` also those that
        are not, if they are over by the source's clock; and how many are not."""
        rows = Window.objects.filter(
            window_start__gte=from_hour(hours.start), window_start__lt=from_hour(hours.stop)
        ).values_list(EpochHour("window_start"), "read_at")
        stored = dict(rows)
        since, until = self.later
        known = [hour for hour, read_at in stored.items() if not since < read_at <= until]
        others = [hour for hour in hours if hour not in stored] if covers else []
        new = [hour for hour in others if hour < self._over]
        return np.array(sorted(known + new), dtype=np.int64), len(others) - len(new)


def _take(counts: ReportCounts, local: _Keys, taken: NDArray[np.int64]) -> _Counted:
    wanted = ((counts.fn + counts.fp) > 0) & np.isin(counts.hour, taken)
    customer = local.of(counts.customer_id[wanted])
    return _Counted(customer, counts.hour[wanted], counts.fn[wanted], counts.fp[wanted])


@dataclass(frozen=True)
class _Changes:
    """Counts that differ from the stored ones: the rows to write, with their revisions, and the
    `job_id`s of those that they replace."""

    rows: _Counted
    revision: NDArray[np.int64]
    ended: list[Any]

    @classmethod
    def between(cls, wanted: _Counted, stored: Stored) -> "_Changes":
        wanted = wanted.in_order()
        found = compare(wanted.key, {"fn": wanted.fn, "fp": wanted.fp}, stored)
        return cls(wanted.at(found.changed), found.revision, found.ended)


@dataclass
class _Writer:
    """Writes changes: first what is new, which nobody else can touch, then what replaces
    something."""

    changes: _Changes
    counts: ReportCounts
    ledger: Ledger

    def __post_init__(self) -> None:
        self._now = bulk.instant(timezone.now())

    def new(self) -> None:
        """Counts where there were none; and marks of their own scores."""
        self._insert(self.changes.revision == 1)
        owed.mark_scores(self.changes.rows.key[self.changes.revision == 1])

    def revisions(self, current: NDArray[np.int64]) -> None:
        """Counts in place of others; and marks of the scores that rest on any of the changes.
        `current` are the keys of what was there, also in windows that are left as they are: scores
        between two changes rest on the first one."""
        key = self.changes.rows.key
        if not len(key):
            return
        bulk.supersede(SyncJob, self.changes.ended, self._now)
        owed.mark_scores(key[self.changes.revision > 1])
        owed.mark_dependent_scores(key, np.setdiff1d(current, key))
        self._insert(self.changes.revision > 1)

    def _insert(self, these: NDArray[np.bool_]) -> None:
        places = np.flatnonzero(these)
        for at in range(0, len(places), ROWS_PER_CHUNK):
            self._insert_part(places[at : at + ROWS_PER_CHUNK])

    def _insert_part(self, these: NDArray[np.int64]) -> None:
        rows = self.changes.rows.at(these)
        hours = rows.hour.tolist()
        bulk.insert(
            SyncJob,
            len(hours),
            {
                "job_id": time_ordered_keys(len(hours)),
                "customer_id": rows.customer.tolist(),
                "window_start": bulk.hour_values(hours),
                "window_end": bulk.hour_values(hours, later=1),
                "fn_count": rows.fn.tolist(),
                "fp_count": rows.fp.tolist(),
                "read_at": bulk.instant(self.counts.read_at),
                "run_id": self.ledger.run.run_id.hex,
                "revision": self.changes.revision[these].tolist(),
                "created_at": self._now,
            },
        )


@dataclass(frozen=True)
class _Current:
    """Current counts of a range: the keys of all, the counts of the windows that are taken, and the
    keys of those among them that were read later than what is at hand."""

    key: NDArray[np.int64]
    stored: Stored
    newer: NDArray[np.int64]

    @classmethod
    def read(
        cls, hours: range, taken: NDArray[np.int64], news: _News, customers: list[int] | None
    ) -> "_Current":
        """Those of the windows (of these customers, by local key)."""
        sql = (
            f"SELECT customer_id, {bulk.epoch_hour('window_start')}, job_id, revision, "  # noqa: S608
            "fn_count, fp_count, CASE WHEN read_at > %s AND read_at <= %s THEN 1 ELSE 0 END "
            f"FROM {bulk.table(SyncJob)} "
            "WHERE superseded_at IS NULL AND window_start >= %s AND window_start < %s"
        )
        params = [*map(bulk.instant, news.later), *bulk.hour_values([hours.start, hours.stop])]
        if customers is not None:
            condition, more = bulk.any_of("customer_id", customers)
            sql, params = f"{sql} AND {condition}", params + more
        rows = bulk.read(sql, params, STORED_COLUMNS)
        key = row_key(rows["customer"], rows["hour"])
        here = np.isin(rows["hour"], taken)
        stored = Stored.of(key[here], rows[here], ("fn", "fp"))
        return cls(key, stored, key[here & (rows["newer"] == 1)])


def _with_silence(counted: _Counted, stored: Stored) -> _Counted:
    """The counts, and zeros where there were reports that the source no longer has."""
    silent = stored.key[~among(stored.key, counted.key)]
    customer, hour = split_key(silent)
    zeros = np.zeros_like(silent)
    return _Counted(
        np.r_[counted.customer, customer],
        np.r_[counted.hour, hour],
        np.r_[counted.fn, zeros],
        np.r_[counted.fp, zeros],
    )


def _cover(taken: NDArray[np.int64], counts: ReportCounts) -> None:
    """The windows are covered now; those that were not yet owe everything."""
    now = timezone.now()
    reports = _sums(taken, counts.hour, counts.fn + counts.fp)
    rejected = _sums(taken, counts.hour, counts.rejected)
    Window.objects.bulk_create(
        [
            Window(
                window_start=from_hour(hour),
                window_end=from_hour(hour + 1),
                read_at=counts.read_at,
                stored_at=now,
                covered_at=now,
                reports=n,
                rejected=r,
            )
            for hour, n, r in zip(taken.tolist(), reports, rejected, strict=True)
        ],
        update_conflicts=True,
        update_fields=["read_at", "stored_at", "reports", "rejected"],
        unique_fields=["window_start"],
    )


def _sums(
    hours: NDArray[np.int64], hour: NDArray[np.int64], values: NDArray[np.int64]
) -> list[int]:
    """The sum of the values of each of the hours, which rise."""
    here = np.isin(hour, hours)
    sums = np.bincount(
        np.searchsorted(hours, hour[here]), weights=values[here], minlength=len(hours)
    )
    return [int(total) for total in sums.tolist()]
