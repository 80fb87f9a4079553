"""Reading what the pipeline wrote: for everyone."""

from collections.abc import Collection, Mapping
from typing import Any

from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from sentiment_api.rest.csv_files import MOST_ROWS, PARAMETER, ByFormat, CsvRenderer, as_csv
from sentiment_api.rest.errors import Complaint
from sentiment_api.rest.filtering import Filtering
from sentiment_api.rest.pagination import Pages, PagesOfData, count_of
from sentiment_api.rest.views.base import JSON, ListView, VersionedView


class DataList(VersionedView, ListView):
    """A list of rows."""

    permission_classes = [AllowAny]
    filter_backends = [Filtering]
    pagination_class: type[Pages] = PagesOfData

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """A page of rows."""
        return self.page_of(self.filter_queryset(self.get_queryset()))


class ExportedList(DataList):
    """A list that can be had as a file as well."""

    renderer_classes = [*DataList.renderer_classes, CsvRenderer]
    content_negotiation_class = ByFormat

    def known_parameters(self) -> Collection[str]:
        """A file has no pages."""
        names = super().known_parameters()
        if self.is_file:
            names = [name for name in names if name not in Pages.parameters]
        return [*names, PARAMETER]

    def known_elsewhere(self) -> Mapping[str, str]:
        """Why a file has no pages."""
        why = "A file has all rows and no pages: leave this out."
        return dict.fromkeys(Pages.parameters, why) if self.is_file else {}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """A page of rows, or a file of all."""
        if not self.is_file:
            return super().get(_request, **_kwargs)
        rows = self.filter_queryset(self.get_queryset())
        number = count_of(rows, self.request)
        if number > MOST_ROWS:
            raise Complaint(
                {
                    PARAMETER: f"{number:,} rows are too many for one file; at most "
                    f"{MOST_ROWS:,}: ask for a shorter range, or filter them."
                }
            )
        text = as_csv(self.get_serializer(), self.get_serializer(rows, many=True).data)
        saved_as = f'attachment; filename="{self.file_name()}.csv"'
        return Response(text, headers={"Content-Disposition": saved_as})

    def file_name(self) -> str:
        """What a file is called: as its address. Who has something of the request in the address
        says here how it is written."""
        return self.request.path_info.removeprefix("/api/").strip("/").replace("/", "-")

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Errors are told as everywhere."""
        if response.status_code >= 400:
            request.accepted_renderer = self.get_renderers()[0]
            request.accepted_media_type = JSON
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def is_file(self) -> bool:
        """Is it a file that is asked for?"""
        return isinstance(self.request.accepted_renderer, CsvRenderer)


class DataDetail(VersionedView, GenericAPIView[Any]):
    """One row."""

    permission_classes = [AllowAny]

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One row."""
        return Response(self.get_serializer(self.get_object()).data)
