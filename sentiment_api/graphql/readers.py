"""How nested values are read for many parents in one query."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

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
    scores = known(SentimentScore.objects.all(), as_of, context)
    rows = scores.filter(_newest(scores, {row.pk for row in customers.rows}, last))
    found: defaultdict[int, list[SentimentScore]] = defaultdict(list)
    for score in together(rows.order_by("window_start"), times=customers.times * last):
        found[score.customer_id].append(score)
    return found


def _newest(scores: QuerySet[SentimentScore], customers: Collection[int], last: int) -> Q:
    """The newest scores of customers, each from where its own begin: an index knows that, and
    what is read does not grow with their history."""
    own = scores.filter(customer=OuterRef("pk")).order_by("-window_start").values("window_start")
    oldest = Subquery(own[last - 1 : last])
    begins: defaultdict[datetime | None, list[int]] = defaultdict(list)
    for customer, begin in Customer.objects.filter(pk__in=customers).values_list("pk", oldest):
        begins[begin].append(customer)
    newest = Q(pk__in=[])
    for begin, some in begins.items():
        since = Q() if begin is None else Q(window_start__gte=begin)
        newest |= Q(customer_id__in=some) & since
    return newest
