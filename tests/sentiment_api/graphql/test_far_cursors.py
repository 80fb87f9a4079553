"""A page behind a cursor starts at its place of an index, however far that is."""

import pytest
from django.db import connection, models

from jobs import bulk
from sentiment_api.graphql.cursors import Order
from sentiment_api.graphql.orders import CUSTOMER_ORDERS, SCORE_ORDERS
from sentiment_api.models import Customer, SentimentScore
from tests.factories import SentimentScoreFactory

BY_INDEX = [
    *((SentimentScore, order) for order in SCORE_ORDERS.values()),
    *((Customer, CUSTOMER_ORDERS[name]) for name in ("COMPANY_NAME", "CREATED_AT_DESC")),
]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL decides by statistics")
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("model", "order"), BY_INDEX)
def test_a_page_starts_at_its_place(
    model: type[models.Model], order: Order, backwards: bool
) -> None:
    SentimentScoreFactory.create()
    rows = model._default_manager.all()
    if model is Customer:
        rows = Customer.objects.with_customer_since()
    cursor = order.cursor(rows.get())
    page = rows.filter(order.beyond(cursor, "after", backwards))
    sql, values = page.order_by(*order.ordering(backwards))[:51].query.sql_with_params()
    plan = str(bulk.fetch(f"EXPLAIN QUERY PLAN {sql}", values))
    assert "SEARCH" in plan
    assert "TEMP B-TREE" not in plan
    assert "MULTI-INDEX" not in plan
