"""Sentiment of industries and of the whole product."""

from graphene_django import DjangoObjectType

from sentiment_api.graphql.connection import Connection
from sentiment_api.graphql.nodes import Node
from sentiment_api.graphql.types.result import Result
from sentiment_api.models import OverallSentiment, SegmentSentiment

_MEASURES = (
    "total_customers",
    "avg_sentiment_score",
    "avg_raw_score",
    "total_fn_count",
    "total_fp_count",
    "standing_customers",
    "standing_sentiment_score",
    "standing_low",
    "standing_high",
)


class SegmentSentimentType(Result, DjangoObjectType):
    """Sentiment of one industry in one window. `avg*` and `total*` are over the customers with a
    score in the window, `standing*` over every active customer's newest score."""

    class Meta:
        model = SegmentSentiment
        interfaces = (Node,)
        connection_class = Connection
        fields = ("industry", *_MEASURES)


class OverallSentimentType(Result, DjangoObjectType):
    """Sentiment of the whole product in one window. `avg*` and `total*` are over the customers
    with a score in the window, `standing*` over every active customer's newest score."""

    class Meta:
        model = OverallSentiment
        interfaces = (Node,)
        connection_class = Connection
        fields = _MEASURES
