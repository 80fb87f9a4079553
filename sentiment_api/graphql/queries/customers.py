"""Customers, filtered and paged."""

from typing import Any

import graphene

from sentiment_api.graphql.connection import ConnectionField
from sentiment_api.graphql.filtering import filtered
from sentiment_api.graphql.filters import CustomerArguments
from sentiment_api.graphql.inputs import FloatRange
from sentiment_api.graphql.orders import CUSTOMER_ORDERS, REPORTS, CustomerOrder, chosen
from sentiment_api.graphql.page import Ordered
from sentiment_api.graphql.ranges import number_range
from sentiment_api.graphql.types import CustomerType
from sentiment_api.graphql.types.states import CustomerState
from sentiment_api.models import Customer

BY_NAME = "COMPANY_NAME"
_TEXTS = {
    "industry": "The industry, without regard to case.",
    "industry__icontains": "A part of the industry.",
    "company_name": "The whole name, without regard to case.",
    "company_name__icontains": "A part of the name.",
    "city": "The city, without regard to case.",
    "city__icontains": "A part of the city.",
    "state": "The state (part of a country) of the address, without regard to case.",
    "state__icontains": "A part of the state of the address.",
    "country": "The country, without regard to case.",
    "country__icontains": "A part of the country.",
    "search": "Words, each of which occurs in the name, industry, city, state or country, or is "
    "the customer's whole number.",
}


class Customers(graphene.ObjectType):
    """Customers."""

    customer = graphene.Field(
        CustomerType,
        id=graphene.ID(required=True, description="The global id, or the key in the source."),
        description="One customer; null when there is none with this id.",
    )
    customers = ConnectionField(
        CustomerType,
        description="Customers of the vendor.",
        **{name: graphene.String(description=text) for name, text in _TEXTS.items()},
        active=graphene.Boolean(
            description="True: only customers that the source still has. False: only those that "
            "are missing there."
        ),
        score_state=CustomerState(description="The state of the newest score."),
        sentiment_range=FloatRange(description="Of the newest score: 0 to 1."),
        order_by=CustomerOrder(default_value=CustomerOrder.get(BY_NAME)),
    )

    def resolve_customer(self, info: Any, id: str) -> Customer | None:
        """One customer."""
        return CustomerType.get_node(info, id)

    def resolve_customers(
        self,
        info: Any,
        order_by: Any = None,
        score_state: Any = None,
        sentiment_range: Any = None,
        **given: Any,
    ) -> Ordered:
        """The customers that the arguments ask for."""
        low, high = number_range("sentimentRange", sentiment_range)
        rows = filtered(
            CustomerArguments,
            info.context.customers(),
            {
                **{name: given.get(name) for name in _TEXTS},
                "active": given.get("active"),
                "score_state": score_state,
                "sentiment_min": low,
                "sentiment_max": high,
            },
            names={"sentiment_min": "sentimentRange.min", "sentiment_max": "sentimentRange.max"},
        )
        order = chosen(CUSTOMER_ORDERS, order_by, BY_NAME)
        if order.terms[0].column == REPORTS:
            rows = rows.annotate(**{REPORTS: info.context.recent_reports.per_customer()})
        return Ordered(rows, order)
