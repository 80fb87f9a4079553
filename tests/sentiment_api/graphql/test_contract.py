"""The queries that the design promises, word for word."""

from datetime import timedelta
from math import nextafter

import pytest
from graphql_relay import to_global_id

from sentiment_api.models import Customer
from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask

GET_CUSTOMERS = """
query GetCustomers($industry: String, $sentimentRange: FloatRange) {
  customers(industry: $industry, sentimentRange: $sentimentRange) {
    edges { node { customerId companyName industry currentSentiment } } } }
"""
GET_HISTORY = """
query GetCustomerSentimentHistory($customerId: ID!, $timeRange: TimeRangeInput) {
  customerSentimentHistory(customerId: $customerId, timeRange: $timeRange) {
    sentimentScore windowStart windowEnd fnCount fpCount } }
"""
GET_COMPARISON = """
query GetIndustrySentimentComparison($industries: [String], $timeRange: TimeRangeInput) {
  industrySentimentComparison(industries: $industries, timeRange: $timeRange) {
    industry avgSentimentScore totalCustomers windowStart } }
"""
GET_TRENDS = """
query GetSentimentTrends($timeRange: TimeRangeInput) {
  sentimentTrends(timeRange: $timeRange) {
    avgSentimentScore totalCustomers totalFnCount totalFpCount windowStart } }
"""


@pytest.fixture
def customer(db: None) -> Customer:
    """A customer with scores in two windows, an hour apart, and one long before them."""
    customer: Customer = factories.CustomerFactory.create(
        customer_id=42, company_name="Acme", industry="Banking"
    )
    for number in (-24 * 40, 0, 1):
        factories.WindowFactory.create(window_start=hour(number))
        factories.SentimentScoreFactory.create(
            customer=customer, window_start=hour(number), carried=number == 1
        )
        factories.SegmentSentimentFactory.create(window_start=hour(number))
        factories.OverallSentimentFactory.create(window_start=hour(number))
    return customer


def test_customers(customer: Customer) -> None:
    """GetCustomers, with and without variables."""
    node = {
        "customerId": 42,
        "companyName": "Acme",
        "industry": "Banking",
        "currentSentiment": 0.8,
    }
    assert ask(GET_CUSTOMERS)["customers"]["edges"] == [{"node": node}]
    inside = {"industry": " banking", "sentimentRange": {"min": 0.7, "max": 0.8}}
    assert ask(GET_CUSTOMERS, **inside)["customers"]["edges"] == [{"node": node}]
    for below in (0.7, nextafter(0.8, 0)):
        assert ask(GET_CUSTOMERS, sentimentRange={"max": below})["customers"]["edges"] == []
    assert ask(GET_CUSTOMERS, industry="Retail")["customers"]["edges"] == []


@pytest.mark.parametrize("customer_id", ["42", 42, to_global_id("CustomerType", 42)])
def test_history(customer: Customer, customer_id: object) -> None:
    """GetCustomerSentimentHistory, with the source id and with the global id."""
    rows = ask(GET_HISTORY, customerId=customer_id)["customerSentimentHistory"]
    assert rows == [
        {
            "sentimentScore": 0.8,
            "windowStart": f"2026-01-05T0{number}:00:00Z",
            "windowEnd": f"2026-01-05T0{number + 1}:00:00Z",
            "fnCount": 8,
            "fpCount": 2,
        }
        for number in (0, 1)
    ]


def test_comparison(customer: Customer) -> None:
    """GetIndustrySentimentComparison."""
    factories.SegmentSentimentFactory.create(window_start=hour(1), industry="Retail")
    rows = ask(GET_COMPARISON)["industrySentimentComparison"]
    assert [row["industry"] for row in rows] == ["Banking", "Banking", "Retail"]
    (row,) = ask(
        GET_COMPARISON,
        industries=["BANKING", None],
        timeRange={"startDate": "2026-01-05T01:00:00Z", "endDate": "2026-01-06"},
    )["industrySentimentComparison"]
    assert row == {
        "industry": "Banking",
        "avgSentimentScore": 0.8,
        "totalCustomers": 1,
        "windowStart": "2026-01-05T01:00:00Z",
    }


def test_trends(customer: Customer) -> None:
    """GetSentimentTrends: the newest 30 days, or the range that is asked for."""
    rows = ask(GET_TRENDS)["sentimentTrends"]
    assert [row["windowStart"] for row in rows] == [
        "2026-01-05T00:00:00Z",
        "2026-01-05T01:00:00Z",
    ]
    everything = {"startDate": (hour(0) - timedelta(days=50)).isoformat()}
    assert len(ask(GET_TRENDS, timeRange=everything)["sentimentTrends"]) == 3


@pytest.mark.django_db
def test_nothing_is_covered_yet() -> None:
    """An empty installation answers with empty lists."""
    assert ask(GET_TRENDS) == {"sentimentTrends": []}
    assert ask(GET_CUSTOMERS) == {"customers": {"edges": []}}
    assert ask(GET_TRENDS, timeRange={"endDate": "0001-01-01"}) == {"sentimentTrends": []}
    freshness = ask("{ dataFreshness { newestCoveredWindow ageSeconds met } }")["dataFreshness"]
    assert freshness == {"newestCoveredWindow": None, "ageSeconds": None, "met": False}
    busiest = "{ customers(orderBy: REPORTS_LAST_24_HOURS_DESC) { edges { cursor } } }"
    assert ask(busiest) == {"customers": {"edges": []}}
