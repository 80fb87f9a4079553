"""Results as they are answered."""

from typing import ClassVar

from rest_framework import serializers

from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from sentiment_api.rest.serializers.values import ValuesSerializer


class ScoreSerializer(ValuesSerializer):
    """The score of a customer in a window."""

    customer_id = serializers.IntegerField(
        source="customer.customer_id", read_only=True, help_text="The customer's id in the source."
    )
    company_name = serializers.CharField(source="customer.company_name", read_only=True)

    class Meta:
        model = SentimentScore
        fields: ClassVar = [
            "job_id",
            "customer_id",
            "company_name",
            "industry",
            "sentiment_score",
            "raw_score",
            "score_low",
            "score_high",
            "evidence",
            "state",
            "calculation_method",
            "baseline_score",
            "fn_count",
            "fp_count",
            "window_start",
            "window_end",
            "created_at",
            "revision",
            "superseded_at",
        ]
        read_only_fields = fields


AGGREGATE_FIELDS = [
    "window_start",
    "window_end",
    "total_customers",
    "avg_sentiment_score",
    "avg_raw_score",
    "total_fn_count",
    "total_fp_count",
    "standing_customers",
    "standing_sentiment_score",
    "standing_low",
    "standing_high",
    "created_at",
    "revision",
    "superseded_at",
]


class SegmentSerializer(ValuesSerializer):
    """An industry in a window."""

    class Meta:
        model = SegmentSentiment
        fields: ClassVar = ["job_id", "industry", *AGGREGATE_FIELDS]
        read_only_fields = fields


class OverallSerializer(ValuesSerializer):
    """The whole product in a window."""

    class Meta:
        model = OverallSentiment
        fields: ClassVar = ["job_id", *AGGREGATE_FIELDS]
        read_only_fields = fields
