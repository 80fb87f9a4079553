"""`sentiment/`"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from jobs.explanation import Explanation, explain
from sentiment_api.filters import (
    OverallSentimentFilterSet,
    SegmentSentimentFilterSet,
    SentimentScoreFilterSet,
)
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from sentiment_api.rest.lookup import row_by_job_id
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.serializers import (
    ExplanationSerializer,
    OverallSerializer,
    ScoreSerializer,
    SegmentSerializer,
)
from sentiment_api.rest.views.data import DataDetail, ExportedList


class ScoreList(ExportedList):
    """The scores of all customers."""

    serializer_class = ScoreSerializer
    filterset_class = SentimentScoreFilterSet
    queryset = SentimentScore.objects.select_related("customer")

    @d.describe(
        "listScores",
        "List scores",
        d.SENTIMENT,
        {200: ScoreSerializer(many=True)},
        examples.SCORE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Scores of all customers, newest window first: those that are current, or were at
        `as_of`. `start_date <= window_start` and `window_end <= end_date`."""
        return super().get(_request, **_kwargs)


class ScoreDetail(DataDetail):
    """One score, current or superseded."""

    serializer_class = ScoreSerializer
    queryset = SentimentScore.objects.select_related("customer")

    def get_object(self) -> SentimentScore:
        """By its key."""
        score: SentimentScore = row_by_job_id(self.get_queryset(), self.kwargs["job_id"])
        return score

    @d.describe(
        "getScore",
        "Read a score",
        d.SENTIMENT,
        {200: ScoreSerializer},
        examples.SCORE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One score by its key. A superseded one says so in `superseded_at`."""
        return super().get(_request, **_kwargs)


class ScoreExplanation(DataDetail):
    """Why a score is what it is."""

    serializer_class = ExplanationSerializer
    queryset = SentimentScore.objects.select_related("customer", "profile")

    def get_object(self) -> Explanation:
        """Of the score with this key."""
        return explain(row_by_job_id(self.get_queryset(), self.kwargs["job_id"]))

    @d.describe(
        "explainScore",
        "Explain a score",
        d.SENTIMENT,
        {200: ExplanationSerializer},
        examples.EXPLANATION,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The windows, weights, trend and baseline that give the score, by the counts that were
        current when it was computed."""
        return super().get(_request, **_kwargs)


class SegmentList(ExportedList):
    """The industries."""

    serializer_class = SegmentSerializer
    filterset_class = SegmentSentimentFilterSet
    queryset = SegmentSentiment.objects.all()

    @d.describe(
        "listSegments",
        "List the sentiment of industries",
        d.SENTIMENT,
        {200: SegmentSerializer(many=True)},
        examples.SEGMENT,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Industries by window, newest first: `avg_*` and `total_*` over the customers with a
        score in the window, `standing_*` over every customer's newest score."""
        return super().get(_request, **_kwargs)


class OverallList(ExportedList):
    """The whole product."""

    serializer_class = OverallSerializer
    filterset_class = OverallSentimentFilterSet
    queryset = OverallSentiment.objects.all()

    @d.describe(
        "listOverall",
        "List the sentiment of the whole product",
        d.SENTIMENT,
        {200: OverallSerializer(many=True)},
        examples.OVERALL,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One row for each covered window, newest first. `standing_sentiment_score` is the line to
        plot: it does not jump when few report."""
        return super().get(_request, **_kwargs)
