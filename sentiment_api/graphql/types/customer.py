"""Customers."""

from datetime import datetime
from functools import partial
from typing import Any, ClassVar

import graphene
from graphene_django import DjangoObjectType

from sentiment_api import changes
from sentiment_api.graphql.batch import siblings_of
from sentiment_api.graphql.connection import Connection
from sentiment_api.graphql.errors import RefusedError
from sentiment_api.graphql.limits.numbers import RECENT_ROWS
from sentiment_api.graphql.nodes import Node, find_customer
from sentiment_api.graphql.orders import REPORTS
from sentiment_api.graphql.readers import current_scores_of, recent_reports_of, recent_scores_of
from sentiment_api.graphql.reading import Readable, Row
from sentiment_api.graphql.scalars import DateTime
from sentiment_api.graphql.types.change import Change
from sentiment_api.graphql.types.score import SentimentScoreType
from sentiment_api.graphql.types.states import CustomerState
from sentiment_api.models import Customer, SentimentScore

RECENT_DEFAULT = 10


class CustomerType(Readable, DjangoObjectType):
    """A customer of the vendor, as the source names it, with its newest score."""

    customer_id = graphene.BigInt(required=True, description="The key in the source.")
    created_at = DateTime(
        required=True,
        description="When the source made the customer; where it does not say, when it was first "
        "read.",
    )
    updated_at = DateTime(required=True)
    inactive_since = DateTime(description="When the customer was first missing in the source.")
    last_window_start = DateTime(description="The window of the newest score.")
    score_state = graphene.Field(
        CustomerState, required=True, description="The state of the newest score."
    )
    reports_last_24_hours = graphene.Int(
        required=True, description="Reports in the 24 hours up to the newest covered window."
    )
    change = graphene.Field(
        Change,
        description="How the reports of the newest 24 windows differ from those before. Null: "
        "there are none in one of the periods.",
    )
    current_score = graphene.Field(
        SentimentScoreType,
        as_of=DateTime(description="What was the newest score at this time."),
        description="The newest score.",
    )
    recent_scores = graphene.Field(
        graphene.List(graphene.NonNull(SentimentScoreType)),
        last=graphene.Int(
            default_value=RECENT_DEFAULT, description=f"How many of the newest: 1 to {RECENT_ROWS}."
        ),
        as_of=DateTime(description="What was current at this time."),
        description="The newest scores, oldest first.",
    )

    columns: ClassVar = {
        "id": ("customer_id",),
        "created_at": ("customer_since",),
        "change": (
            *("change", "change_low", "change_high"),
            *("recent_fn", "recent_fp", "before_fn", "before_fp"),
        ),
    }
    related: ClassVar = {"current_score": lambda: SentimentScoreType}
    annotated: ClassVar = ("created_at", "score_state")
    whole: ClassVar = ("reports_last_24_hours", "recent_scores")

    class Meta:
        model = Customer
        interfaces = (Node,)
        connection_class = Connection
        fields = (
            "company_name",
            "industry",
            "city",
            "state",
            "country",
            "is_placeholder",
            "current_sentiment",
        )

    @classmethod
    def get_node(cls, info: Any, key: str) -> Customer | None:
        """The customer with this key in the source."""
        return find_customer(info.context.customers(), key, "id")

    def resolve_id(self: Any, _info: Any) -> int:
        """Global ids hold the source's key, which outlives the local database."""
        key: int = self.customer_id
        return key

    def resolve_created_at(self: Any, _info: Any) -> datetime:
        """By the source's clock, where it has one."""
        since: datetime = self.customer_since
        return since

    def resolve_reports_last_24_hours(self: Any, info: Any) -> int:
        """Reports, counted for all customers of the answer at once."""
        if hasattr(self, REPORTS):
            return int(getattr(self, REPORTS))
        reader = partial(recent_reports_of, context=info.context)
        return siblings_of(self).read(REPORTS, reader).get(self.pk, 0)

    def resolve_change(self: Any, info: Any) -> changes.Change | None:
        """What the customer carries."""
        return changes.change_of(self, info.context.compared_span)

    def resolve_current_score(
        self: Any, info: Any, as_of: datetime | None = None
    ) -> SentimentScore | None:
        """The newest score, read for all customers of the answer at once."""
        if isinstance(self, Row):
            return self.current_score  # type: ignore[attr-defined, no-any-return]
        if as_of is not None:
            newest = _recent_scores(self, info, 1, as_of)
            return newest[0] if newest else None
        if self.current_score_id is None:
            return None
        found = siblings_of(self).read("current_score", current_scores_of)
        return found.get(self.current_score_id)

    def resolve_recent_scores(
        self: Any, info: Any, last: int | None = None, as_of: datetime | None = None
    ) -> list[SentimentScore]:
        """The newest scores, read for all customers of the answer at once."""
        last = RECENT_DEFAULT if last is None else last
        if not 1 <= last <= RECENT_ROWS:
            raise RefusedError(f"last: {last} is not allowed; 1 to {RECENT_ROWS}.")
        return _recent_scores(self, info, last, as_of)


def _recent_scores(
    customer: Customer, info: Any, last: int, as_of: datetime | None
) -> list[SentimentScore]:
    reader = partial(recent_scores_of, last=last, as_of=as_of, context=info.context)
    found = siblings_of(customer).read(("recent_scores", last, as_of), reader)
    return found.get(customer.pk, [])
