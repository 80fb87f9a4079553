"""What can be asked for of each kind of row. Every field is named: a new column is not public
until somebody says so."""

from sentiment_api.graphql.types.aggregate import OverallSentimentType, SegmentSentimentType
from sentiment_api.graphql.types.customer import CustomerType
from sentiment_api.graphql.types.score import SentimentScoreType

__all__ = ["CustomerType", "OverallSentimentType", "SegmentSentimentType", "SentimentScoreType"]
