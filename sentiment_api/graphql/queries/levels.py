"""How scores are read."""

from typing import Any

import graphene

from config.models import ScoringProfile


class ScoringLevels(graphene.ObjectType):
    """Where scores begin to be bad or good, as the active profile has it."""

    attention_below = graphene.Float(required=True, description="Scores below this need attention.")
    healthy_above = graphene.Float(required=True, description="Scores above this are healthy.")


class LevelsField(graphene.ObjectType):
    """Levels."""

    scoring_levels = graphene.Field(
        ScoringLevels, required=True, description="Where scores begin to be bad or good."
    )

    def resolve_scoring_levels(self, _info: Any) -> ScoringProfile:
        """Those of the active profile."""
        return ScoringProfile.active()
