"""Rows as they are answered."""

from sentiment_api.rest.serializers.customers import CustomerSerializer, StaffCustomerSerializer
from sentiment_api.rest.serializers.explanation import ExplanationSerializer
from sentiment_api.rest.serializers.industries import IndustrySerializer
from sentiment_api.rest.serializers.results import (
    OverallSerializer,
    ScoreSerializer,
    SegmentSerializer,
)

__all__ = [
    "CustomerSerializer",
    "ExplanationSerializer",
    "IndustrySerializer",
    "OverallSerializer",
    "ScoreSerializer",
    "SegmentSerializer",
    "StaffCustomerSerializer",
]
