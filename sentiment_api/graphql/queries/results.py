"""Results of all windows, filtered and paged."""

from typing import Any

import graphene
from django.db.models import QuerySet

from config.models import BaseMethod
from sentiment_api.graphql.connection import ConnectionField
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.filtering import filtered
from sentiment_api.graphql.filters import OverallArguments, ScoreArguments, SegmentArguments
from sentiment_api.graphql.inputs import TimeRangeInput
from sentiment_api.graphql.nodes import customer_key, node_key, row_key
from sentiment_api.graphql.orders import (
    OVERALL_ORDERS,
    SCORE_ORDERS,
    SEGMENT_ORDERS,
    OverallOrder,
    ScoreOrder,
    SegmentOrder,
    chosen,
)
from sentiment_api.graphql.page import Ordered
from sentiment_api.graphql.ranges import asked_range
from sentiment_api.graphql.scalars import DateTime
from sentiment_api.graphql.types import (
    OverallSentimentType,
    SegmentSentimentType,
    SentimentScoreType,
)
from sentiment_api.graphql.types.states import ScoreState
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore

NEWEST_FIRST = "WINDOW_START_DESC"
_BOUNDS = {
    "window_start__gte": "Only windows that start then or later.",
    "window_start__lte": "Only windows that start then or earlier.",
    "window_end__gte": "Only windows that end then or later.",
    "window_end__lte": "Only windows that end then or earlier.",
    "created_at__gte": "Only rows written then or later.",
    "created_at__lte": "Only rows written then or earlier.",
}
_SCORE_FILTERS = (
    "industry",
    "customer__industry",
    "customer__industry__icontains",
    "state",
    "calculation_method",
    "sentiment_score__gte",
    "sentiment_score__lte",
)


def _results(node: Any, order: Any, description: str, **arguments: Any) -> ConnectionField:
    return ConnectionField(
        node,
        description=description,
        **arguments,
        time_range=TimeRangeInput(description="Only windows that lie wholly in it."),
        **{name: DateTime(description=text) for name, text in _BOUNDS.items()},
        as_of=DateTime(description="What was current at this time, whatever was revised since."),
        order_by=order(default_value=order.get(NEWEST_FIRST)),
    )


class Results(graphene.ObjectType):
    """Scores, industries and the product, window by window."""

    sentiment_score = graphene.Field(
        SentimentScoreType,
        id=graphene.ID(required=True, description="The global id, or the `jobId`."),
        description="One score, current or superseded; null when there is none with this id.",
    )
    sentiment_scores = _results(
        SentimentScoreType,
        ScoreOrder,
        "Scores of customers.",
        customer_id=graphene.ID(description="The customer's key in the source, or its global id."),
        industry=graphene.String(
            description="The industry at the time of scoring, without regard to case."
        ),
        customer__industry=graphene.String(
            description="The industry of the customer now, without regard to case; also with "
            "`asOf`."
        ),
        customer__industry__icontains=graphene.String(
            description="A part of the industry of the customer now."
        ),
        state=ScoreState(),
        calculation_method=graphene.String(
            description=f"What was applied: {', '.join(BaseMethod.values)}, then `_error`, "
            "`_shrunk`, `_trend`, and `_normalized` or `_logit`, as far as they apply."
        ),
        sentiment_score__gte=graphene.Float(description="Only scores of at least this."),
        sentiment_score__lte=graphene.Float(description="Only scores of at most this."),
    )
    segment_sentiments = _results(
        SegmentSentimentType,
        SegmentOrder,
        "Sentiment of industries.",
        industry=graphene.String(description="The industry, without regard to case."),
    )
    overall_sentiments = _results(
        OverallSentimentType, OverallOrder, "Sentiment of the whole product."
    )

    def resolve_sentiment_score(self, info: Any, id: str) -> SentimentScore | None:
        """One score."""
        key = id if row_key(id) else node_key(id, SentimentScoreType)
        found: SentimentScore | None = SentimentScoreType.get_node(info, key)
        return found

    def resolve_sentiment_scores(
        self, info: Any, order_by: Any = None, customer_id: str | None = None, **given: Any
    ) -> Ordered:
        """Scores."""
        values = {name: given.get(name) for name in _SCORE_FILTERS}
        if customer_id is not None:
            values["customer"] = customer_key(customer_id)
            if values["customer"] is None:
                raise RefusedError(
                    f"customerId: there is no customer {customer_id[:80]}.", Code.NOT_FOUND
                )
        rows = _filtered(info, ScoreArguments, SentimentScore.objects.all(), values, given)
        return Ordered(rows, chosen(SCORE_ORDERS, order_by, NEWEST_FIRST))

    def resolve_segment_sentiments(self, info: Any, order_by: Any = None, **given: Any) -> Ordered:
        """Industries."""
        values = {"industry": given.get("industry")}
        rows = _filtered(info, SegmentArguments, SegmentSentiment.objects.all(), values, given)
        return Ordered(rows, chosen(SEGMENT_ORDERS, order_by, NEWEST_FIRST))

    def resolve_overall_sentiments(self, info: Any, order_by: Any = None, **given: Any) -> Ordered:
        """The product."""
        rows = _filtered(info, OverallArguments, OverallSentiment.objects.all(), {}, given)
        return Ordered(rows, chosen(OVERALL_ORDERS, order_by, NEWEST_FIRST))


def _filtered(
    info: Any,
    filterset: Any,
    rows: QuerySet[Any],
    values: dict[str, Any],
    given: dict[str, Any],
) -> QuerySet[Any]:
    """The rows that values and the arguments of all results ask for."""
    span = asked_range(given.get("time_range"))
    bounds = {name: given.get(name) for name in (*_BOUNDS, "as_of")}
    found: QuerySet[Any] = filtered(
        filterset,
        rows,
        {**values, **bounds, "start_date": span.start, "end_date": span.end},
        names={
            "customer": "customerId",
            "start_date": "timeRange.startDate",
            "end_date": "timeRange.endDate",
        },
    )
    if given.get("as_of") is not None:
        info.context.looks_back(given["as_of"])
    return found
