"""Columns for charts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import graphene

from sentiment_api import series
from sentiment_api.graphql.industries import named
from sentiment_api.graphql.inputs import TimeRangeInput
from sentiment_api.graphql.limits.numbers import COLUMN_VALUES
from sentiment_api.graphql.queries.lists import (
    AS_OF,
    CUSTOMER_ID,
    TIME_RANGE,
    in_range,
    known_customer,
)
from sentiment_api.graphql.scalars import DateTime
from sentiment_api.graphql.types.series import (
    OverallSeries,
    Resolution,
    ScoreSeries,
    SegmentSeries,
    columns,
)
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore


def _series(type_: Any, description: str, **arguments: Any) -> graphene.Field:
    return graphene.Field(
        type_,
        description=description,
        **arguments,
        time_range=TimeRangeInput(description=TIME_RANGE),
        resolution=Resolution(default_value=Resolution.get("HOUR")),
        as_of=DateTime(description=AS_OF),
    )


class SeriesFields(graphene.ObjectType):
    """Parallel columns of time and values, oldest first: ten times as fast as nodes."""

    score_series = _series(
        ScoreSeries, "The scores of one customer as columns.", customer_id=CUSTOMER_ID
    )
    segment_series = _series(
        graphene.List(graphene.NonNull(SegmentSeries)),
        "Sentiment of industries as columns, one series each.",
        industries=graphene.List(
            graphene.String, description="Compared without case; all industries without it."
        ),
    )
    overall_series = _series(OverallSeries, "Sentiment of the whole product as columns.")

    def resolve_score_series(
        self,
        info: Any,
        customer_id: str,
        resolution: Any = None,
        time_range: Any = None,
        as_of: datetime | None = None,
    ) -> dict[str, Any]:
        """One customer."""
        customer = known_customer(info.context, customer_id)
        scores = SentimentScore.objects.filter(customer=customer)
        rows = in_range(scores, time_range, as_of, info, COLUMN_VALUES)
        length = _resolution(resolution)
        return {
            "customer_id": customer.customer_id,
            "company_name": customer.company_name,
            **columns(series.read_series(rows, series.SCORES, length), length),
        }

    def resolve_segment_series(
        self,
        info: Any,
        resolution: Any = None,
        industries: Sequence[str | None] | None = None,
        time_range: Any = None,
        as_of: datetime | None = None,
    ) -> list[dict[str, Any]]:
        """Industries."""
        segments = SegmentSentiment.objects.all()
        if industries is not None:
            segments = segments.filter(industry__in=named(industries))
        rows = in_range(segments, time_range, as_of, info, COLUMN_VALUES)
        length = _resolution(resolution)
        found = series.read_series_by("industry", rows, series.AGGREGATES, length)
        return [{"industry": name, **columns(part, length)} for name, part in found.items()]

    def resolve_overall_series(
        self,
        info: Any,
        resolution: Any = None,
        time_range: Any = None,
        as_of: datetime | None = None,
    ) -> dict[str, Any]:
        """The product."""
        rows = in_range(OverallSentiment.objects.all(), time_range, as_of, info, COLUMN_VALUES)
        length = _resolution(resolution)
        return columns(series.read_series(rows, series.AGGREGATES, length), length)


def _resolution(value: Any) -> series.Resolution:
    """Null stands for the default."""
    return series.Resolution["HOUR" if value is None else getattr(value, "value", value)]
