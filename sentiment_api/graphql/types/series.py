"""Columns for charts."""

from datetime import UTC, datetime
from typing import Any

import graphene
import numpy as np
from numpy.typing import NDArray

from sentiment_api import series
from sentiment_api.graphql.scalars import DateTime
from sentiment_api.series import Series


def _column(of: Any, description: str = "") -> graphene.Field:
    return graphene.Field(graphene.NonNull(graphene.List(of)), description=description or None)


_NUMBER = graphene.NonNull(graphene.Float)
_COUNT = graphene.NonNull(graphene.Int)

Resolution = graphene.Enum(
    "Resolution",
    [(resolution.name, resolution.name) for resolution in series.Resolution],
    description=lambda value: (
        "How long a bucket is: a day from midnight UTC, a week from Monday."
        if value is None
        else None
    ),
)


class Columns:
    """What all series have: columns of one length, oldest first."""

    resolution = Resolution(required=True)
    window_start = _column(graphene.NonNull(DateTime), "Where each bucket starts.")
    windows = _column(_COUNT, "On how many windows each bucket rests.")


class ScoreSeries(Columns, graphene.ObjectType):
    """The scores of one customer. Buckets of days and weeks have the mean of their windows,
    weighted by reports, and the sum of the reports."""

    customer_id = graphene.BigInt(required=True)
    company_name = graphene.String(required=True)
    sentiment_score = _column(_NUMBER)
    raw_score = _column(_NUMBER)
    score_low = _column(_NUMBER)
    score_high = _column(_NUMBER)
    evidence = _column(_NUMBER)
    fn_count = _column(_COUNT)
    fp_count = _column(_COUNT)


class AggregateColumns(Columns):
    """What series of aggregates have."""

    avg_sentiment_score = _column(graphene.Float, "Weighted by the customers of each window.")
    avg_raw_score = _column(graphene.Float, "Weighted by the customers of each window.")
    total_customers = _column(_NUMBER, "With a score in the window; the mean of the windows.")
    total_fn_count = _column(_COUNT, "The sum of the windows.")
    total_fp_count = _column(_COUNT, "The sum of the windows.")
    standing_sentiment_score = _column(graphene.Float, "The plain mean of the windows.")
    standing_low = _column(graphene.Float, "The plain mean of the windows.")
    standing_high = _column(graphene.Float, "The plain mean of the windows.")
    standing_customers = _column(_NUMBER, "The plain mean of the windows.")


class SegmentSeries(AggregateColumns, graphene.ObjectType):
    """Sentiment of one industry."""

    industry = graphene.String(required=True)


class OverallSeries(AggregateColumns, graphene.ObjectType):
    """Sentiment of the whole product."""


_COUNTS = ("fn_count", "fp_count", "total_fn_count", "total_fp_count")


def columns(found: Series, resolution: series.Resolution) -> dict[str, Any]:
    """The values of the fields of a series."""
    return {
        "resolution": resolution.name,
        "window_start": [datetime.fromtimestamp(hour * 3600, UTC) for hour in found.hours.tolist()],
        "windows": found.windows.tolist(),
        **{
            name: values.astype(np.int64).tolist() if name in _COUNTS else _nullable(values)
            for name, values in found.values.items()
        },
    }


def _nullable(values: NDArray[np.float64]) -> list[float | None]:
    numbers: list[float | None] = values.tolist()
    if np.isnan(values).any():
        return [None if number != number else number for number in numbers]
    return numbers
