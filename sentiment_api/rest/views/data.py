"""Reading what the pipeline wrote: for everyone."""

from typing import Any

from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from sentiment_api.rest.filtering import Filtering
from sentiment_api.rest.pagination import Pages, PagesOfData
from sentiment_api.rest.views.base import ListView, VersionedView


class DataList(VersionedView, ListView):
    """A list of rows."""

    permission_classes = [AllowAny]
    filter_backends = [Filtering]
    pagination_class: type[Pages] = PagesOfData

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """A page of rows."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


class DataDetail(VersionedView, GenericAPIView[Any]):
    """One row."""

    permission_classes = [AllowAny]

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One row."""
        return Response(self.get_serializer(self.get_object()).data)
