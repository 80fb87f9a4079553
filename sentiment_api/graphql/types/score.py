"""Scores of customers."""

from functools import partial
from typing import Any, ClassVar

import graphene
from graphene_django import DjangoObjectType

from sentiment_api.graphql.batch import siblings_of
from sentiment_api.graphql.connection import Connection
from sentiment_api.graphql.context import Context
from sentiment_api.graphql.nodes import Node
from sentiment_api.graphql.readers import customers_of
from sentiment_api.graphql.reading import Row
from sentiment_api.graphql.types.result import Result
from sentiment_api.graphql.types.states import ScoreState
from sentiment_api.models import Customer, SentimentScore


class SentimentScoreType(Result, DjangoObjectType):
    """The score of one customer in one window in which it sent reports."""

    customer = graphene.Field(lambda: _customer_type(), required=True)
    customer_id = graphene.BigInt(required=True, description="The customer's key in the source.")
    company_name = graphene.String(required=True)
    state = graphene.Field(ScoreState, required=True)

    columns: ClassVar = {
        "id": ("pk",),
        "customer_id": ("customer__customer_id",),
        "company_name": ("customer__company_name",),
    }
    related: ClassVar = {"customer": lambda: _customer_type()}

    class Meta:
        model = SentimentScore
        interfaces = (Node,)
        connection_class = Connection
        fields = (
            "industry",
            "sentiment_score",
            "raw_score",
            "score_low",
            "score_high",
            "evidence",
            "calculation_method",
            "baseline_score",
            "fn_count",
            "fp_count",
        )

    def resolve_customer(self: Any, info: Any) -> Customer:
        """The customer, read for all scores of the answer at once."""
        return _customer_of(self, info.context)

    def resolve_customer_id(self: Any, info: Any) -> int:
        """The source's key."""
        return _customer_of(self, info.context).customer_id

    def resolve_company_name(self: Any, info: Any) -> str:
        """The customer's name."""
        return _customer_of(self, info.context).company_name


def _customer_of(score: Any, context: Context) -> Customer:
    if isinstance(score, Row):
        return score.customer  # type: ignore[attr-defined, no-any-return]
    reader = partial(customers_of, context=context)
    return siblings_of(score).read("customer", reader)[score.customer_id]


def _customer_type() -> Any:
    from sentiment_api.graphql.types.customer import CustomerType

    return CustomerType
