"""What is kept: customers, their counts and scores, and the aggregates over them."""

from sentiment_api.models.aggregate import OverallSentiment, SegmentSentiment
from sentiment_api.models.change import ComparedSpan
from sentiment_api.models.counts import SyncJob
from sentiment_api.models.customer import Customer, CustomerState
from sentiment_api.models.score import ScoreState, SentimentScore
from sentiment_api.models.version import DataVersion

__all__ = [
    "ComparedSpan",
    "Customer",
    "CustomerState",
    "DataVersion",
    "OverallSentiment",
    "ScoreState",
    "SegmentSentiment",
    "SentimentScore",
    "SyncJob",
]
