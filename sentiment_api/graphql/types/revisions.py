"""The revisions of a result."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import graphene

from jobs.revision_history import Code, Revision, aggregate_revisions, score_revisions
from jobs.revision_history.parts import Reason as ReasonGiven
from jobs.revision_history.parts import RevisedValue as ValueRevised
from jobs.revision_history.parts import Withdrawal as Withdrawn
from jobs.revision_history.parts import WrittenBy as Run
from sentiment_api.graphql.batch import Siblings, siblings_of
from sentiment_api.graphql.connection import Connection
from sentiment_api.graphql.context import Context
from sentiment_api.graphql.limits.numbers import REVISIONS, ROWS
from sentiment_api.graphql.scalars import DateTime, Value
from sentiment_api.graphql.types.aggregate import OverallSentimentType, SegmentSentimentType
from sentiment_api.graphql.types.score import SentimentScoreType
from sentiment_api.models import Customer, SentimentScore

ReasonCode = graphene.Enum.from_enum(
    Code,
    name="ReasonCode",
    description=lambda value: "Why a revision was written." if value is None else None,
)


def _list_of(type_: Any, description: str) -> graphene.Field:
    return graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(type_))), description=description
    )


class RevisedValue(graphene.ObjectType):
    """A value that is another one than before."""

    field = graphene.String(required=True, description="Its name, as REST spells it.")
    before = Value()
    after = Value()


class Recount(graphene.ObjectType):
    """An earlier window whose counts were revised."""

    window_start = DateTime(required=True)
    fn_before = graphene.Int(required=True)
    fp_before = graphene.Int(required=True)
    fn_after = graphene.Int(required=True)
    fp_after = graphene.Int(required=True)


class Reason(graphene.ObjectType):
    """Why a revision was written."""

    code = ReasonCode(required=True)
    detail = graphene.String(required=True, description="The same in a sentence.")
    customers = graphene.Int(description="For how many customers; null for a score.")
    windows = _list_of(
        Recount,
        "With LATE_REPORTS_IN_HISTORY of a score: the windows that were counted again, the newest "
        "first, at most ten.",
    )
    rules = _list_of(RevisedValue, "With NEW_PROFILE: the rules of scoring that differ.")


class Withdrawal(graphene.ObjectType):
    """A result ended, and nothing took its place."""

    at = DateTime(required=True)
    reasons = _list_of(Reason, "Why.")


class WrittenBy(graphene.ObjectType):
    """A run."""

    id = graphene.UUID(required=True)
    trigger = graphene.String(description="Who asked for it; null when the ledger has it no more.")


class RevisionFields:
    """What is said of every revision; a mixin of its types, whose values are rows of results."""

    run = graphene.Field(WrittenBy, description="The run that wrote it.")
    changes = _list_of(RevisedValue, "Against the revision before; none of the first one.")
    reasons = _list_of(Reason, "All that hold: every input that differs from the revision before.")
    withdrawn = graphene.Field(
        Withdrawal,
        description="When the result was withdrawn with this revision, and nothing took its place.",
    )

    def resolve_result(self: Any, _info: Any) -> Any:
        """The row itself."""
        return self

    def resolve_run(self: Any, info: Any) -> Run | None:
        """Read for all revisions of the page at once."""
        return _revision(self, info).run

    def resolve_changes(self: Any, info: Any) -> Sequence[ValueRevised]:
        """Found for all revisions of the page at once."""
        return _revision(self, info).changes

    def resolve_reasons(self: Any, info: Any) -> Sequence[ReasonGiven]:
        """Found for all revisions of the page at once."""
        return _revision(self, info).reasons

    def resolve_withdrawn(self: Any, info: Any) -> Withdrawn | None:
        """Found for all revisions of the page at once."""
        return _revision(self, info).withdrawn


def _revision(row: Any, info: Any) -> Revision:
    reader = partial(_revisions_of_page, context=info.context)
    return siblings_of(row).read("revisions", reader)[row.pk]


def _revisions_of_page(page: Siblings[Any], context: Context) -> Mapping[UUID, Revision]:
    """What led to each revision of a page, by the key of its row."""
    rows = sorted(page.rows, key=lambda row: (row.created_at, row.pk))
    if isinstance(rows[0], SentimentScore):
        found = score_revisions(rows)
    else:
        # One share for what the first revision is compared with, one for all else in the request.
        each = min(Customer.objects.count(), ROWS // (REVISIONS + 2))
        context.budget.take(each * (len(rows) + 1))
        found = aggregate_revisions(rows)
    return {revision.result.job_id: revision for revision in found}


class ScoreRevision(RevisionFields, graphene.ObjectType):
    """A revision of a score."""

    result = graphene.Field(SentimentScoreType, required=True)
    profile_version = graphene.Int(required=True)

    def resolve_profile_version(self: Any, _info: Any) -> int:
        """The version that the score was computed by."""
        version: int = self.profile.version
        return version


class SegmentRevision(RevisionFields, graphene.ObjectType):
    """A revision of an industry in a window."""

    result = graphene.Field(SegmentSentimentType, required=True)


class OverallRevision(RevisionFields, graphene.ObjectType):
    """A revision of the whole product in a window."""

    result = graphene.Field(OverallSentimentType, required=True)


class ScoreRevisionConnection(Connection):
    """Revisions of a score."""

    class Meta:
        node = ScoreRevision


class SegmentRevisionConnection(Connection):
    """Revisions of an industry in a window."""

    class Meta:
        node = SegmentRevision


class OverallRevisionConnection(Connection):
    """Revisions of the whole product in a window."""

    class Meta:
        node = OverallRevision
