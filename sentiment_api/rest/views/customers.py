"""`customers/`"""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from sentiment_api.customers import customers_at
from sentiment_api.filters import CustomerFilterSet, SentimentHistoryFilterSet
from sentiment_api.freshness import stale_at
from sentiment_api.kept import while_unchanged
from sentiment_api.models import ComparedSpan, Customer, SentimentScore
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.lookup import customer_by_id, customer_id_of, customer_key
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.serializers import (
    CustomerFileSerializer,
    CustomerSerializer,
    ScoreSerializer,
    StaffCustomerFileSerializer,
    StaffCustomerSerializer,
)
from sentiment_api.rest.views.data import DataDetail, ExportedList


def customers() -> QuerySet[Customer]:
    """Customers with their newest score and its state."""
    return customers_at(stale_at()).select_related("current_score")


class CustomerRows:
    """Customers as a role sees them: contact data are for staff."""

    def get_serializer_class(self) -> type[BaseSerializer[Customer]]:
        """By role."""
        staff = is_staff(self.request)  # type: ignore[attr-defined]
        return StaffCustomerSerializer if staff else CustomerSerializer

    @cached_property
    def span(self) -> ComparedSpan:
        """What changes are over."""
        return while_unchanged("compared span", ComparedSpan.current)


class CustomerList(CustomerRows, ExportedList):
    """All customers."""

    filterset_class = CustomerFilterSet

    def get_serializer_class(self) -> type[BaseSerializer[Customer]]:
        """By role; a file says of scores how sure they are as well."""
        if not self.is_file:
            return super().get_serializer_class()
        return StaffCustomerFileSerializer if is_staff(self.request) else CustomerFileSerializer

    def get_queryset(self) -> QuerySet[Customer]:
        """All customers."""
        return customers()

    @d.describe(
        "listCustomers",
        "List customers with their newest score",
        d.CUSTOMERS,
        {200: StaffCustomerSerializer(many=True)},
        examples.CUSTOMER,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Customers by name, unless `ordering` says otherwise. Contact data are for staff. A file
        has `score_low`, `score_high` and `evidence` of the newest score as well."""
        return super().get(_request, **_kwargs)


class CustomerDetail(CustomerRows, DataDetail):
    """One customer."""

    def get_object(self) -> Customer:
        """By its id in the source."""
        return customer_by_id(customers(), self.kwargs["customer_id"])

    @d.describe(
        "getCustomer",
        "Read a customer",
        d.CUSTOMERS,
        {200: StaffCustomerSerializer},
        examples.CUSTOMER,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One customer with its newest score. Contact data are for staff."""
        return super().get(_request, **_kwargs)


class CustomerHistory(ExportedList):
    """The scores of one customer."""

    serializer_class = ScoreSerializer
    filterset_class = SentimentHistoryFilterSet

    def get_queryset(self) -> QuerySet[SentimentScore]:
        """The customer's scores."""
        key = customer_key(self.kwargs["customer_id"])
        return SentimentScore.objects.filter(customer_id=key).select_related("customer")

    def file_name(self) -> str:
        """With the id, however it was written."""
        return f"customers-{customer_id_of(self.kwargs['customer_id'])}-sentiment_history"

    @d.describe(
        "listCustomerHistory",
        "List the scores of a customer",
        d.CUSTOMERS,
        {200: ScoreSerializer(many=True)},
        examples.SCORE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The customer's scores, newest window first: those that are current, or were at
        `as_of`. `start_date <= window_start` and `window_end <= end_date`."""
        return super().get(_request, **_kwargs)
