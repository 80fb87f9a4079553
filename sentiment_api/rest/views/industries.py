"""`sentiment/industries/`"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from sentiment_api.filters import IndustryFilterSet
from sentiment_api.models import Customer
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.serializers import IndustrySerializer
from sentiment_api.rest.views.data import ExportedList


class IndustryList(ExportedList):
    """The industries side by side."""

    serializer_class = IndustrySerializer
    filterset_class = IndustryFilterSet
    queryset = Customer.objects.none()

    @d.describe(
        "listIndustries",
        "List the industries as they stand now",
        d.SENTIMENT,
        {200: IndustrySerializer(many=True)},
        examples.INDUSTRY,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Each industry with its standing score, its reports of the last two days and how they
        change, by name unless `ordering` says otherwise."""
        return super().get(_request, **_kwargs)
