"""`customers/`"""

from django.db.models import QuerySet
from rest_framework.serializers import BaseSerializer

from sentiment_api.filters import CustomerFilterSet, SentimentHistoryFilterSet
from sentiment_api.freshness import stale_at
from sentiment_api.models import Customer, SentimentScore
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.lookup import customer_by_id
from sentiment_api.rest.serializers import (
    CustomerSerializer,
    ScoreSerializer,
    StaffCustomerSerializer,
)
from sentiment_api.rest.views.data import DataDetail, DataList


def customers() -> QuerySet[Customer]:
    """Customers with their newest score and its state."""
    return Customer.objects.with_score_state(stale_at()).select_related("current_score")


class ContactForStaff:
    """Staff see contact data."""

    def get_serializer_class(self) -> type[BaseSerializer[Customer]]:
        """By role."""
        staff = is_staff(self.request)  # type: ignore[attr-defined]
        return StaffCustomerSerializer if staff else CustomerSerializer


class CustomerList(ContactForStaff, DataList):
    """All customers."""

    filterset_class = CustomerFilterSet

    def get_queryset(self) -> QuerySet[Customer]:
        """All customers."""
        return customers()


class CustomerDetail(ContactForStaff, DataDetail):
    """One customer."""

    def get_object(self) -> Customer:
        """By its id in the source."""
        return customer_by_id(customers(), self.kwargs["customer_id"])


class CustomerHistory(DataList):
    """The scores of one customer."""

    serializer_class = ScoreSerializer
    filterset_class = SentimentHistoryFilterSet

    def get_queryset(self) -> QuerySet[SentimentScore]:
        """The customer's scores."""
        customer = customer_by_id(Customer.objects.all(), self.kwargs["customer_id"])
        return SentimentScore.objects.filter(customer=customer).select_related("customer")
