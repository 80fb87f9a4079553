"""States of scores and of customers."""

from typing import Any

import graphene

from sentiment_api import models


def _enum(choices: Any, **descriptions: str) -> Any:
    return graphene.Enum.from_enum(
        choices,
        description=lambda value: descriptions["IT"] if value is None else descriptions[value.name],
    )


_SCORED = "It rests on enough reports."
_INSUFFICIENT = "It rests on fewer reports than the profile asks for."

ScoreState = _enum(
    models.ScoreState,
    IT="How far a score can be trusted.",
    SCORED=_SCORED,
    INSUFFICIENT_EVIDENCE=_INSUFFICIENT,
)
CustomerState = _enum(
    models.CustomerState,
    IT="What is known of a customer now: the state of its newest score, unless that is too old.",
    SCORED=_SCORED,
    INSUFFICIENT_EVIDENCE=_INSUFFICIENT,
    STALE="It is older than the profile allows at the newest covered window; it is still shown.",
    NO_DATA="There is no score.",
)
