"""What is said of a revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sentiment_api.models.revision import Revised


class Code(StrEnum):
    """Why a revision was written, for programs."""

    FIRST = "first"
    LATE_REPORTS = "late_reports"
    LATE_REPORTS_IN_HISTORY = "late_reports_in_history"
    NEW_PROFILE = "new_profile"
    NEW_BASELINE = "new_baseline"
    NEW_INDUSTRY = "new_industry"
    NEW_SCORES = "new_scores"
    WITHDRAWN = "withdrawn"
    INACTIVE = "inactive"
    RETURNED = "returned"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RevisedValue:
    """A value that is another one than in the revision before."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Recount:
    """The counts of a window that were revised."""

    window_start: datetime
    fn_before: int
    fp_before: int
    fn_after: int
    fp_after: int


@dataclass(frozen=True)
class Reason:
    """Why: a code for programs and a sentence for people.

    `customers` is how many of them an aggregate was revised for; `windows` are earlier ones whose
    counts were revised, the newest first and not all where they are many; `rules` are those of the
    scoring profile that differ.
    """

    code: Code
    detail: str
    customers: int | None = None
    windows: Sequence[Recount] = ()
    rules: Sequence[RevisedValue] = ()


def reason_of_oldest(row: Revised) -> Reason:
    """Why there is the oldest revision that is left."""
    if row.revision == 1:
        return Reason(Code.FIRST, "The first result of this window.")
    return Reason(
        Code.UNKNOWN, "The revisions before this one were deleted, so nothing tells what changed."
    )


@dataclass(frozen=True)
class WrittenBy:
    """The run that wrote a row; `trigger` is None when the ledger knows it no more."""

    id: UUID
    trigger: str | None


@dataclass(frozen=True)
class Withdrawal:
    """A result ended, and nothing took its place."""

    at: datetime
    reasons: Sequence[Reason]


@dataclass(frozen=True)
class Revision:
    """One revision of a result. `changes` are against the one before."""

    result: Revised
    run: WrittenBy | None
    changes: Sequence[RevisedValue]
    reasons: Sequence[Reason]
    withdrawn: Withdrawal | None
