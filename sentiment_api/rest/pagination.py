"""Pages of lists."""

import re
from collections.abc import Hashable, Sequence
from typing import Any

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request

from sentiment_api.kept import while_unchanged
from sentiment_api.rest.caching import version_seen
from sentiment_api.rest.csv_files import PARAMETER
from sentiment_api.rest.errors import Complaint, NotFoundComplaint

PAGE_SIZE = 50
MAX_PAGE_SIZE = 500
MAX_PAGE = 2**63 - 1
FAR = 1_000
"""Behind so many rows the keys of a page are looked up first, which an index has: otherwise the
database puts together every row before the page, with all that is joined to it."""


OF_ONE_STATE = (
    "Each page is of the data as they are when it is asked for: where a run writes in between, "
    "rows may come twice or never. Pages with the same `as_of`, where that is taken, are of one "
    "state, and so is a file (`format=csv`)."
)


class Counted(Paginator[Any]):
    """Counts the results of a list (`of`) once for each version of the data."""

    of: Hashable = None

    @cached_property
    def count(self) -> int:
        """How many results all pages have together."""
        return while_unchanged(("count", self.of), self._count)

    def page(self, number: int | str) -> Page[Any]:
        """One page."""
        page = super().page(number)
        rows = self.object_list
        if isinstance(rows, QuerySet) and page.start_index() > FAR:
            keys = list(page.object_list.values_list("pk", flat=True))  # type: ignore[attr-defined]
            page.object_list = rows.filter(pk__in=keys)
        return page

    def _count(self) -> int:
        rows = self.object_list
        return rows.count() if isinstance(rows, QuerySet) else len(rows)


class Pages(PageNumberPagination):
    """`count`, `next`, `previous`, `results`; 50 a page, `page_size` up to 500."""

    page_size: int = PAGE_SIZE
    max_page_size: int = MAX_PAGE_SIZE
    page_size_query_param = "page_size"
    parameters = ("page", "page_size")

    def get_page_size(self, request: Request) -> int:
        """How many results a page has."""
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        return _whole_number("page_size", text, self.max_page_size)

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: Any = None
    ) -> list[Any] | None:
        """The results of the page that is asked for."""
        del view
        return list(self.unread(queryset, request))

    def unread(self, queryset: QuerySet[Any] | Sequence[Any], request: Request) -> Any:
        """The same; what is left of a queryset is not read yet."""
        self.request = request
        number = _whole_number("page", request.query_params.get("page", "1"), MAX_PAGE)
        paginator = self.django_paginator_class(queryset, self.get_page_size(request))
        if isinstance(paginator, Counted):
            paginator.of = _without_paging(request)
        try:
            self.page = paginator.page(number)
        except InvalidPage as error:
            last = paginator.num_pages
            raise NotFoundComplaint(
                {"page": f"There is no page {number}: the last one is {last}."}
            ) from error
        return self.page.object_list

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The shape of a page in OpenAPI 3.1."""
        address = {"type": ["string", "null"], "format": "uri", "example": None}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "example": 1,
                    "description": "How many results all pages have together.",
                },
                "next": {**address, "description": "The address of the next page."},
                "previous": {**address, "description": "The address of the page before."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, _view: Any) -> list[dict[str, Any]]:
        """`page` and `page_size` in OpenAPI. No `default`: Swagger UI would send it, also with a
        question for a file, which has no pages."""
        return [
            {
                "name": "page",
                "in": "query",
                "description": "Which page, from 1 on. Left out: the first.",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE},
            },
            {
                "name": "page_size",
                "in": "query",
                "description": f"How many results a page has, up to {self.max_page_size}. "
                f"Left out: {self.page_size}.",
                "schema": {"type": "integer", "minimum": 1, "maximum": self.max_page_size},
            },
        ]


class PagesOfData(Pages):
    """The same, of what the pipeline wrote: counted once for each version of the data."""

    django_paginator_class = Counted

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The same in OpenAPI, and that pages are asked for one after the other."""
        page, size = super().get_schema_operation_parameters(view)
        return [{**page, "description": f"{page['description']} {OF_ONE_STATE}"}, size]


def count_of(rows: QuerySet[Any] | Sequence[Any], request: Request) -> int:
    """How many results a list of the pipeline's data has, counted once for each of its versions."""
    counted = Counted(rows, PAGE_SIZE)
    counted.of = _without_paging(request)
    return counted.count


def _without_paging(request: Request) -> Hashable:
    """What the number of results depends on, besides the data that are counted. Which rows are
    asked for may follow from data as well, of the version that was there before."""
    beside = (*Pages.parameters, PARAMETER)
    asked = {k: v for k, v in request.query_params.items() if k not in beside}
    return (version_seen(request), request.path, *sorted(asked.items()))


def _whole_number(name: str, text: str, most: int) -> int:
    if re.fullmatch(r"[0-9]{1,19}", text.strip()) and 1 <= int(text) <= most:
        return int(text)
    raise Complaint({name: f"{text[:60]!r} is no whole number from 1 to {most}."})
