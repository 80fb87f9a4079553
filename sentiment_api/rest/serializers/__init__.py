"""Rows as they are answered."""

from sentiment_api.rest.serializers.customers import (
    CustomerFileSerializer,
    CustomerSerializer,
    StaffCustomerFileSerializer,
    StaffCustomerSerializer,
)
from sentiment_api.rest.serializers.explanation import ExplanationSerializer
from sentiment_api.rest.serializers.industries import IndustrySerializer
from sentiment_api.rest.serializers.results import (
    OverallSerializer,
    ScoreSerializer,
    SegmentSerializer,
)

__all__ = [
    "CustomerFileSerializer",
    "CustomerSerializer",
    "ExplanationSerializer",
    "IndustrySerializer",
    "OverallSerializer",
    "ScoreSerializer",
    "SegmentSerializer",
    "StaffCustomerFileSerializer",
    "StaffCustomerSerializer",
]
