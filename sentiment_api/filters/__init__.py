"""Filter sets that every face shares. They hold what may be asked, and how it is read."""

from sentiment_api.filters.customers import CustomerFilterSet
from sentiment_api.filters.industries import IndustryFilterSet
from sentiment_api.filters.results import (
    OverallSentimentFilterSet,
    SegmentSentimentFilterSet,
    SentimentHistoryFilterSet,
    SentimentScoreFilterSet,
)

__all__ = [
    "CustomerFilterSet",
    "IndustryFilterSet",
    "OverallSentimentFilterSet",
    "SegmentSentimentFilterSet",
    "SentimentHistoryFilterSet",
    "SentimentScoreFilterSet",
]
