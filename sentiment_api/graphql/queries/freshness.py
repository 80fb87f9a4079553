"""How fresh the data are."""

from typing import Any

import graphene

from sentiment_api.freshness import Freshness, data_freshness
from sentiment_api.graphql.scalars import DateTime
from sentiment_api.version import current_version


class DataFreshness(graphene.ObjectType):
    """The newest windows, by their end, and whether they are as new as they should be."""

    at = DateTime(required=True, description="When this was found out.")
    newest_covered_window = DateTime(description="The end of the newest window that was read.")
    newest_complete_window = DateTime(
        description="The end of the newest window whose results are all computed."
    )
    age_seconds = graphene.Int(description="Since the end of the newest covered window.")
    objective_seconds = graphene.Int(required=True, description="The age that is aimed at.")
    met = graphene.Boolean(required=True, description="Is the age within the objective?")
    version = graphene.BigInt(
        required=True, description="Rises with every change of the data: ask again what you show."
    )

    def resolve_age_seconds(self: Any, _info: Any) -> int | None:
        """The age."""
        return None if self.age is None else int(self.age.total_seconds())

    def resolve_objective_seconds(self: Any, _info: Any) -> int:
        """The objective."""
        return int(self.objective.total_seconds())

    def resolve_version(self: Any, _info: Any) -> int:
        """The version, as read before anything that is asked for after this answer."""
        return current_version()


class FreshnessField(graphene.ObjectType):
    """Freshness."""

    data_freshness = graphene.Field(
        DataFreshness, required=True, description="How fresh the data are."
    )

    def resolve_data_freshness(self, _info: Any) -> Freshness:
        """Now."""
        return data_freshness()
