"""Results of a range of windows as plain lists, oldest first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import graphene

from sentiment_api.graphql.context import Context
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.industries import named
from sentiment_api.graphql.inputs import TimeRangeInput
from sentiment_api.graphql.nodes import find_customer
from sentiment_api.graphql.ranges import known, not_too_many, range_or_newest
from sentiment_api.graphql.reading import asked, read
from sentiment_api.graphql.scalars import DateTime
from sentiment_api.graphql.types import (
    OverallSentimentType,
    SegmentSentimentType,
    SentimentScoreType,
)
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
)
from sentiment_api.models.revision import RevisedQuerySet

CUSTOMER_ID = graphene.ID(
    required=True, description="The customer's key in the source, or its global id."
)
TIME_RANGE = "Without it, the 30 days up to the newest covered window. At most 50,000 rows."
AS_OF = "What was current at this time."


def _list_of(node: Any, description: str, **arguments: Any) -> graphene.Field:
    return graphene.Field(
        graphene.List(graphene.NonNull(node)),
        time_range=TimeRangeInput(description=TIME_RANGE),
        as_of=DateTime(description=AS_OF),
        description=description,
        **arguments,
    )


class Lists(graphene.ObjectType):
    """Lists without pages, for charts and exports."""

    customer_sentiment_history = _list_of(
        SentimentScoreType, "The scores of one customer, oldest first.", customer_id=CUSTOMER_ID
    )
    industry_sentiment_comparison = _list_of(
        SegmentSentimentType,
        "Sentiment of industries side by side, oldest first.",
        industries=graphene.List(
            graphene.String, description="Compared without case; all industries without it."
        ),
    )
    sentiment_trends = _list_of(
        OverallSentimentType, "Sentiment of the whole product, oldest first."
    )

    def resolve_customer_sentiment_history(
        self, info: Any, customer_id: str, time_range: Any = None, as_of: datetime | None = None
    ) -> list[SentimentScore]:
        """Scores of one customer."""
        customer = known_customer(info.context, customer_id)
        rows = in_range(SentimentScore.objects.filter(customer=customer), time_range, as_of, info)
        return read(rows.order_by("window_start"), asked(SentimentScoreType, info))

    def resolve_industry_sentiment_comparison(
        self,
        info: Any,
        industries: Sequence[str | None] | None = None,
        time_range: Any = None,
        as_of: datetime | None = None,
    ) -> list[SegmentSentiment]:
        """Rows of industries."""
        rows = SegmentSentiment.objects.all()
        if industries is not None:
            rows = rows.filter(industry__in=named(industries))
        rows = in_range(rows, time_range, as_of, info).order_by("window_start", "industry")
        return read(rows, asked(SegmentSentimentType, info))

    def resolve_sentiment_trends(
        self, info: Any, time_range: Any = None, as_of: datetime | None = None
    ) -> list[OverallSentiment]:
        """Rows of the product."""
        rows = in_range(OverallSentiment.objects.all(), time_range, as_of, info)
        return read(rows.order_by("window_start"), asked(OverallSentimentType, info))


def in_range(
    rows: RevisedQuerySet, time_range: Any, as_of: datetime | None, info: Any
) -> RevisedQuerySet:
    """The rows of the range that was asked for, or of the newest 30 days; not too many."""
    found = of_range(rows, time_range, as_of, info)
    number = not_too_many(found, info.context.budget)
    info.context.budget.answer(number * info.context.measure.width(info.field_nodes))
    return found


def of_range(
    rows: RevisedQuerySet, time_range: Any, as_of: datetime | None, info: Any
) -> RevisedQuerySet:
    """The rows of the range that was asked for, or of the newest 30 days, however many."""
    asked = range_or_newest(time_range, as_of)
    return known(rows, as_of, info.context).in_range(asked.start, asked.end)


def known_customer(context: Context, customer_id: str) -> Customer:
    """The customer with this number or global id."""
    customer = find_customer(context.customers(), customer_id)
    if customer is None:
        raise RefusedError(f"customerId: there is no customer {customer_id[:80]}.", Code.NOT_FOUND)
    return customer
