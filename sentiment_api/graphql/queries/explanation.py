"""Why a score is what it is."""

from typing import Any

import graphene

from jobs.explanation import Explanation as Explained
from jobs.explanation import explain
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.nodes import node_key, row_key
from sentiment_api.graphql.types import SentimentScoreType
from sentiment_api.graphql.types.explanation import Explanation
from sentiment_api.models import SentimentScore


class ExplanationField(graphene.ObjectType):
    """Explanations, one at a time: each reads the counts of a whole history."""

    score_explanation = graphene.Field(
        Explanation,
        id=graphene.ID(required=True, description="The global id of the score, or its `jobId`."),
        description="Why a score is what it is.",
    )

    def resolve_score_explanation(self, info: Any, id: str) -> Explained:
        """The arithmetic of one score."""
        key = row_key(id) or row_key(node_key(id, SentimentScoreType))
        rows = SentimentScore.objects.select_related("customer", "profile")
        score = None if key is None else rows.filter(pk=key).first()
        if score is None:
            raise RefusedError(f"id: there is no score {id[:80]}.", Code.NOT_FOUND)
        info.context.budget.take(score.profile.history_windows)
        return explain(score)
