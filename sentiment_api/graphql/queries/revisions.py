"""The revisions of one result, oldest first."""

from typing import Any

import graphene

from jobs.revision_history import revisions_of
from sentiment_api.graphql.connection import ConnectionField
from sentiment_api.graphql.nodes import found_result
from sentiment_api.graphql.orders import OLDEST_FIRST
from sentiment_api.graphql.page import Ordered
from sentiment_api.graphql.types import (
    OverallSentimentType,
    SegmentSentimentType,
    SentimentScoreType,
)
from sentiment_api.graphql.types.revisions import (
    OverallRevisionConnection,
    ScoreRevisionConnection,
    SegmentRevisionConnection,
)


def _revisions(connection: Any, what: str) -> ConnectionField:
    return ConnectionField(
        connection,
        id=graphene.ID(
            required=True, description="The global id of any of the revisions, or its `jobId`."
        ),
        description=f"The revisions of {what}, oldest first: what changed, and why.",
    )


class RevisionLists(graphene.ObjectType):
    """Revisions."""

    score_revisions = _revisions(ScoreRevisionConnection, "a score")
    segment_revisions = _revisions(SegmentRevisionConnection, "an industry in a window")
    overall_revisions = _revisions(OverallRevisionConnection, "the whole product in a window")

    def resolve_score_revisions(self, _info: Any, id: str, **_paging: Any) -> Ordered:
        """Of a customer and window."""
        rows = revisions_of(found_result(id, SentimentScoreType))
        return Ordered(rows.select_related("profile"), OLDEST_FIRST)

    def resolve_segment_revisions(self, _info: Any, id: str, **_paging: Any) -> Ordered:
        """Of an industry and window."""
        return Ordered(revisions_of(found_result(id, SegmentSentimentType)), OLDEST_FIRST)

    def resolve_overall_revisions(self, _info: Any, id: str, **_paging: Any) -> Ordered:
        """Of a window."""
        return Ordered(revisions_of(found_result(id, OverallSentimentType)), OLDEST_FIRST)
