"""Customers, filtered and paged."""

from typing import Any

import graphene

from sentiment_api.graphql import cursors
from sentiment_api.graphql.connection import ConnectionField
from sentiment_api.graphql.cursors import Order, Term
from sentiment_api.graphql.industries import spelled
from sentiment_api.graphql.inputs import FloatRange
from sentiment_api.graphql.page import Ordered
from sentiment_api.graphql.ranges import number_range
from sentiment_api.graphql.types import CustomerType
from sentiment_api.models import Customer

BY_NAME = Order(
    "COMPANY_NAME",
    (Term("company_name", cursors.text), Term("customer_id", cursors.whole)),
)


class Customers(graphene.ObjectType):
    """Customers."""

    customers = ConnectionField(
        CustomerType,
        industry=graphene.String(description="Compared without case."),
        sentiment_range=FloatRange(description="Of the newest score."),
    )

    def resolve_customers(
        self,
        _info: Any,
        industry: str | None = None,
        sentiment_range: Any = None,
        **_paging: Any,
    ) -> Ordered:
        """The customers that the arguments ask for."""
        rows = Customer.objects.all()
        if industry is not None:
            rows = rows.filter(industry__in=spelled([industry]))
        low, high = number_range("sentimentRange", sentiment_range)
        if low is not None:
            rows = rows.filter(current_sentiment__gte=low)
        if high is not None:
            rows = rows.filter(current_sentiment__lte=high)
        return Ordered(rows, BY_NAME)
