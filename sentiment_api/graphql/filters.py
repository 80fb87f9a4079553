"""The lookups that GraphQL offers besides those of the shared filter sets."""

from sentiment_api.filters import (
    CustomerFilterSet,
    OverallSentimentFilterSet,
    SegmentSentimentFilterSet,
    SentimentScoreFilterSet,
)
from sentiment_api.filters.base import (
    ShareFilter,
    TextFilter,
    TimeFilter,
)
from sentiment_api.filters.customers import CustomerForm
from sentiment_api.filters.results import WindowFilterSet


class CustomerArgumentsForm(CustomerForm):
    """Advises in the words of GraphQL."""

    def asks_for(self, score_state: str) -> str:
        return f"scoreState: {score_state.upper()}"


class CustomerArguments(CustomerFilterSet):
    """Names and parts of them."""

    company_name = TextFilter()
    company_name__icontains = TextFilter(field_name="company_name", lookup_expr="icontains")
    industry__icontains = TextFilter(field_name="industry", lookup_expr="icontains")
    city__icontains = TextFilter(field_name="city", lookup_expr="icontains")
    state__icontains = TextFilter(field_name="state", lookup_expr="icontains")
    country__icontains = TextFilter(field_name="country", lookup_expr="icontains")

    class Meta:
        form = CustomerArgumentsForm


class Bounds(WindowFilterSet):
    """Bounds of the times of a result."""

    window_start__gte = TimeFilter(field_name="window_start", lookup_expr="gte")
    window_start__lte = TimeFilter(field_name="window_start", lookup_expr="lte")
    window_end__gte = TimeFilter(field_name="window_end", lookup_expr="gte")
    window_end__lte = TimeFilter(field_name="window_end", lookup_expr="lte")
    created_at__gte = TimeFilter(field_name="created_at", lookup_expr="gte")
    created_at__lte = TimeFilter(field_name="created_at", lookup_expr="lte")


class ScoreArguments(Bounds, SentimentScoreFilterSet):
    """Bounds of the score by other names, and parts of an industry's."""

    customer__industry__icontains = TextFilter(
        lookup_expr="icontains", field_name="customer__industry"
    )
    sentiment_score__gte = ShareFilter(field_name="sentiment_score", lookup_expr="gte")
    sentiment_score__lte = ShareFilter(field_name="sentiment_score", lookup_expr="lte")


class SegmentArguments(Bounds, SegmentSentimentFilterSet):
    """Nothing more."""


class OverallArguments(Bounds, OverallSentimentFilterSet):
    """Nothing more."""
