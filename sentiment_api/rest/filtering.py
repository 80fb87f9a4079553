"""Filter sets behind addresses."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from sentiment_api.filters.asked import for_asked
from sentiment_api.filters.results import UnknownCustomerError
from sentiment_api.rest.errors import Complaint, NotFoundComplaint, by_name
from sentiment_api.rest.filter_schema import parameter


class Filtering(BaseFilterBackend):
    """Applies a view's `filterset_class`."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: Any
    ) -> QuerySet[Any]:
        """The rows that the parameters ask for; a Complaint names the ones that do not fit."""
        asked = for_asked(view.filterset_class, request.query_params)
        filterset = asked(request.query_params, queryset=queryset)
        # Bound also without parameters: the absence of some of them says something too.
        filterset.is_bound = True
        if not filterset.form.is_valid():
            raise Complaint(dict(filterset.form.errors))
        view.notice = getattr(filterset, "notice", None)
        try:
            rows: QuerySet[Any] = filterset.filter_queryset(queryset)
        except UnknownCustomerError as error:
            raise NotFoundComplaint(by_name(error)) from error
        return rows

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The filters in OpenAPI."""
        return [
            parameter(name, chosen) for name, chosen in view.filterset_class.base_filters.items()
        ]
