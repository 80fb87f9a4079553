"""How nested values are read for many parents in one query."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from sentiment_api.graphql.batch import Siblings, together
from sentiment_api.graphql.context import Context
from sentiment_api.graphql.ranges import known
from sentiment_api.models import Customer, SentimentScore


def customers_of(scores: Siblings[SentimentScore], context: Context) -> Mapping[int, Customer]:
    """The customers of scores, by local key."""
    keys = {score.customer_id for score in scores.rows}
    customers = together(context.customers().filter(pk__in=keys), times=scores.times)
    return {customer.pk: customer for customer in customers}


def current_scores_of(customers: Siblings[Customer]) -> Mapping[UUID, SentimentScore]:
    """The scores that customers carry, by key."""
    keys = {row.current_score_id for row in customers.rows if row.current_score_id}
    scores = together(SentimentScore.objects.filter(pk__in=keys), times=customers.times)
    return {score.pk: score for score in scores}


def recent_reports_of(customers: Siblings[Customer], context: Context) -> Mapping[int, int]:
    """The reports of the last 24 hours, by the customers' local key."""
    return context.recent_reports.of({row.pk for row in customers.rows})


def recent_scores_of(
    customers: Siblings[Customer], last: int, as_of: datetime | None, context: Context
) -> Mapping[int, list[SentimentScore]]:
    """The newest scores of customers, oldest first, by the customers' local key."""
    context.budget.take(customers.times * last)
    place = Window(RowNumber(), partition_by=F("customer_id"), order_by=F("window_start").desc())
    rows = (
        known(SentimentScore.objects.all(), as_of, context)
        .filter(customer_id__in={row.pk for row in customers.rows})
        .annotate(place=place)
        .filter(place__lte=last)
        .order_by("window_start")
    )
    found: defaultdict[int, list[SentimentScore]] = defaultdict(list)
    for score in together(rows, times=customers.times * last):
        found[score.customer_id].append(score)
    return found
