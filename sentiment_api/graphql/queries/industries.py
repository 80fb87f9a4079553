"""The industries side by side."""

from collections.abc import Sequence
from typing import Any

import graphene

from config.industries import industry_key
from sentiment_api.graphql.industries import named
from sentiment_api.graphql.orders import BY_INDUSTRY, IndustryOrder, industry_order
from sentiment_api.graphql.types.industry import IndustryType
from sentiment_api.industries import Industry, ordered


class Industries(graphene.ObjectType):
    """Industries."""

    industries = graphene.Field(
        graphene.NonNull(graphene.List(graphene.NonNull(IndustryType))),
        industries=graphene.List(
            graphene.String, description="Compared without case; all industries without it."
        ),
        order_by=IndustryOrder(default_value=IndustryOrder.get(BY_INDUSTRY)),
        description="Industries as they stand now, and how they change.",
    )

    def resolve_industries(
        self, info: Any, industries: Sequence[str | None] | None = None, order_by: Any = None
    ) -> list[Industry]:
        """The industries that are asked for."""
        rows = info.context.industries
        if industries is not None:
            keys = set(map(industry_key, named(industries)))
            rows = [row for row in rows if industry_key(row.industry) in keys]
        info.context.budget.take(len(rows))
        info.context.budget.answer(len(rows) * info.context.measure.width(info.field_nodes))
        return ordered(rows, industry_order(order_by))
