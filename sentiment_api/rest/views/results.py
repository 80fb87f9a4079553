"""`sentiment/`"""

from jobs.explanation import Explanation, explain
from sentiment_api.filters import (
    OverallSentimentFilterSet,
    SegmentSentimentFilterSet,
    SentimentScoreFilterSet,
)
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from sentiment_api.rest.lookup import row_by_job_id
from sentiment_api.rest.serializers import (
    ExplanationSerializer,
    OverallSerializer,
    ScoreSerializer,
    SegmentSerializer,
)
from sentiment_api.rest.views.data import DataDetail, DataList


class ScoreList(DataList):
    """The scores of all customers."""

    serializer_class = ScoreSerializer
    filterset_class = SentimentScoreFilterSet
    queryset = SentimentScore.objects.select_related("customer")


class ScoreDetail(DataDetail):
    """One score, current or superseded."""

    serializer_class = ScoreSerializer
    queryset = SentimentScore.objects.select_related("customer")

    def get_object(self) -> SentimentScore:
        """By its key."""
        score: SentimentScore = row_by_job_id(self.get_queryset(), self.kwargs["job_id"])
        return score


class ScoreExplanation(DataDetail):
    """Why a score is what it is."""

    serializer_class = ExplanationSerializer
    queryset = SentimentScore.objects.select_related("customer", "profile")

    def get_object(self) -> Explanation:
        """Of the score with this key."""
        return explain(row_by_job_id(self.get_queryset(), self.kwargs["job_id"]))


class SegmentList(DataList):
    """The industries."""

    serializer_class = SegmentSerializer
    filterset_class = SegmentSentimentFilterSet
    queryset = SegmentSentiment.objects.all()


class OverallList(DataList):
    """The whole product."""

    serializer_class = OverallSerializer
    filterset_class = OverallSentimentFilterSet
    queryset = OverallSentiment.objects.all()
