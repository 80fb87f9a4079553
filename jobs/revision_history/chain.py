"""Revisions of one result in their order, each with the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from jobs.models import PipelineRun
from jobs.revision_history.parts import RevisedValue, WrittenBy
from jobs.revisions import TOLERANCE
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from sentiment_api.models.revision import Revised

KEYS: dict[type[Revised], tuple[str, ...]] = {
    SentimentScore: ("customer_id", "window_start"),
    SegmentSentiment: ("industry", "window_start"),
    OverallSentiment: ("window_start",),
}
"""What the revisions of a result have in common."""

Row = TypeVar("Row", bound=Revised)


def revisions_of(row: Row) -> "QuerySet[Row]":
    """All revisions of a result, the first one first."""
    kind = type(row)
    key = {name: getattr(row, name) for name in KEYS[kind]}
    found: QuerySet[Row] = kind.objects.filter(**key).order_by("created_at", "job_id")
    return found


@dataclass(frozen=True)
class Succession:
    """What took the place of a superseded row (None: nothing did), and what is current now."""

    superseded_by: UUID | None
    current: UUID | None


def succession(row: Revised) -> Succession:
    """What came after a row. One query, or none for a current row."""
    if row.superseded_at is None:
        return Succession(None, row.job_id)
    later = revisions_of(row).filter(created_at__gte=row.superseded_at)
    rows = list(later.values_list("job_id", "created_at", "superseded_at"))
    return Succession(
        next((key for key, created, _ in rows if created == row.superseded_at), None),
        next((key for key, _, ended in rows if ended is None), None),
    )


@dataclass(frozen=True)
class Link(Generic[Row]):
    """A revision, the one before it, and whether something came right after it."""

    row: Row
    before: Row | None
    is_followed: bool

    @property
    def has_gap(self) -> bool:
        """Was the result withdrawn for a time between the two?"""
        return self.before is not None and self.before.superseded_at != self.row.created_at

    @property
    def withdrawn_at(self) -> datetime | None:
        """When the result was withdrawn without a successor."""
        return None if self.is_followed else self.row.superseded_at


def links(rows: Sequence[Row], *related: str) -> list[Link[Row]]:
    """Consecutive revisions of one result, oldest first, each with the one before it (and with
    the related rows of these names). Two queries: for what lies before the first and behind the
    last."""
    if not rows:
        return []
    first, last = rows[0], rows[-1]
    others = revisions_of(first)
    earlier = others.filter(created_at__lt=first.created_at)
    before = (earlier.select_related(*related) if related else earlier).last()
    is_followed = others.filter(created_at=last.superseded_at).exists()
    starts = {row.created_at for row in rows}
    return [
        Link(row, previous, row.superseded_at in starts or (row is last and is_followed))
        for previous, row in pairwise([before, *rows])
        if row is not None
    ]


def runs_of(rows: Sequence[Revised]) -> dict[UUID, WrittenBy]:
    """The runs that wrote these rows. One query."""
    keys = {row.run_id for row in rows if row.run_id}
    triggers = dict(PipelineRun.objects.filter(pk__in=keys).values_list("run_id", "trigger"))
    return {key: WrittenBy(key, triggers.get(key)) for key in keys}


def changes(before: Any, after: Any, fields: Sequence[str]) -> list[RevisedValue]:
    """The fields whose values differ; floats by 1e-9 or more."""
    pairs = [(name, getattr(before, name), getattr(after, name)) for name in fields]
    return [RevisedValue(*pair) for pair in pairs if differ(pair[1], pair[2])]


def differ(before: Any, after: Any) -> bool:
    """Are these two values? Floats that differ by less than 1e-9 are one."""
    if isinstance(before, float) and isinstance(after, float):
        return abs(before - after) >= TOLERANCE
    return bool(before != after)
