"""Reading what the pipeline wrote: for everyone."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from sentiment_api.rest.access import ReadByAll
from sentiment_api.rest.filtering import Filtering
from sentiment_api.rest.pagination import Pages
from sentiment_api.rest.views.base import StrictView


class DataList(StrictView):
    """A list of rows."""

    is_list = True
    permission_classes = [ReadByAll]
    filter_backends = [Filtering]
    pagination_class = Pages

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """A page of rows."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class DataDetail(StrictView):
    """One row."""

    permission_classes = [ReadByAll]

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One row."""
        return Response(self.get_serializer(self.get_object()).data)
