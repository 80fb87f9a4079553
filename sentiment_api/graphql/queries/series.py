"""Columns for charts."""

from collections.abc import Iterable, Sequence
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
    known_customer,
    of_range,
)
from sentiment_api.graphql.ranges import not_too_many, not_too_many_to_add_up
from sentiment_api.graphql.scalars import DateTime
from sentiment_api.graphql.types.series import (
    OverallSeries,
    Resolution,
    ScoreSeries,
    SegmentSeries,
    columns,
)
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from sentiment_api.models.revision import RevisedQuerySet
from sentiment_api.series import Series


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
        rows = of_range(scores, time_range, as_of, info)
        return {
            "customer_id": customer.customer_id,
            "company_name": customer.company_name,
            **_one(rows, series.SCORES, resolution, info),
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
        rows = of_range(segments, time_range, as_of, info)
        length = _bounded(rows, resolution, info)
        found = series.read_series_by("industry", rows, series.AGGREGATES, length)
        _charge(found.values(), info)
        return [{"industry": name, **columns(part, length)} for name, part in found.items()]

    def resolve_overall_series(
        self,
        info: Any,
        resolution: Any = None,
        time_range: Any = None,
        as_of: datetime | None = None,
    ) -> dict[str, Any]:
        """The product."""
        rows = of_range(OverallSentiment.objects.all(), time_range, as_of, info)
        return _one(rows, series.AGGREGATES, resolution, info)


def _one(rows: RevisedQuerySet, shape: series.Shape, resolution: Any, info: Any) -> dict[str, Any]:
    """The columns of a single series."""
    length = _bounded(rows, resolution, info)
    found = series.read_series(rows, shape, length)
    _charge([found], info)
    return columns(found, length)


def _bounded(rows: RevisedQuerySet, resolution: Any, info: Any) -> series.Resolution:
    """How long the buckets are (null stands for hours), unless they would rest on too many rows."""
    name = "HOUR" if resolution is None else getattr(resolution, "value", resolution)
    length = series.Resolution[name]
    if length is series.Resolution.HOUR:
        not_too_many(rows, info.context.budget)
    else:
        not_too_many_to_add_up(rows, info.context.budget)
    return length


def _charge(found: Iterable[Series], info: Any) -> None:
    """What the columns have of values, a tenth for each."""
    number = sum(len(one.hours) for one in found)
    info.context.budget.answer(
        number * info.context.measure.width(info.field_nodes) / COLUMN_VALUES
    )
