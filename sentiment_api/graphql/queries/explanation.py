"""Why a score is what it is."""

from typing import Any

import graphene

from jobs.explanation import Explanation as Explained
from jobs.explanation import explain
from sentiment_api.graphql.nodes import found_result
from sentiment_api.graphql.types import SentimentScoreType
from sentiment_api.graphql.types.explanation import Explanation


class ExplanationField(graphene.ObjectType):
    """Explanations, one at a time: each reads the counts of a whole history."""

    score_explanation = graphene.Field(
        Explanation,
        id=graphene.ID(required=True, description="The global id of the score, or its `jobId`."),
        description="Why a score is what it is.",
    )

    def resolve_score_explanation(self, info: Any, id: str) -> Explained:
        """The arithmetic of one score."""
        score = found_result(id, SentimentScoreType, "customer", "profile")
        info.context.budget.take(score.profile.history_windows)
        return explain(score)
