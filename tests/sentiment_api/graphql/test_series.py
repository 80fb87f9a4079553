"""Columns for charts."""

import random
from datetime import datetime, timedelta

import pytest

from sentiment_api.models import Customer
from tests import factories
from tests.factories import FIRST_WINDOW, hour
from tests.sentiment_api.graphql.asking import ask

SCORES = """query Q($resolution: Resolution, $range: TimeRangeInput) {
  scoreSeries(customerId: "1", resolution: $resolution, timeRange: $range) {
    customerId resolution windowStart windows sentimentScore rawScore scoreLow scoreHigh evidence
    fnCount fpCount } }"""
OVERALL = """query Q($resolution: Resolution, $range: TimeRangeInput) {
  overallSeries(resolution: $resolution, timeRange: $range) {
    windowStart windows avgSentimentScore avgRawScore totalCustomers totalFnCount totalFpCount
    standingSentimentScore standingLow standingHigh standingCustomers } }"""
SUNDAY = FIRST_WINDOW + timedelta(days=6)


@pytest.fixture
def customer(db: None) -> Customer:
    """Two windows of the first Monday, of 10 and 30 reports, and one of the Sunday after."""
    customer: Customer = factories.CustomerFactory.create(customer_id=1)
    for start, fn, fp in ((hour(0), 10, 0), (hour(23), 15, 15), (SUNDAY, 0, 10)):
        factories.SentimentScoreFactory.create(
            customer=customer, window_start=start, fn_count=fn, fp_count=fp
        )
        factories.WindowFactory.create(window_start=start)
    return customer


def test_hours_are_the_rows_themselves(customer: Customer) -> None:
    """The same numbers as in nodes."""
    series = ask(SCORES)["scoreSeries"]
    history = ask(
        '{ customerSentimentHistory(customerId: "1") { windowStart sentimentScore rawScore'
        " scoreLow scoreHigh evidence fnCount fpCount } }"
    )["customerSentimentHistory"]
    for name in history[0]:
        assert series[name] == [row[name] for row in history]
    assert series["windows"] == [1, 1, 1]
    assert (series["customerId"], series["resolution"]) == (1, "HOUR")


def test_days_and_weeks_of_a_customer_are_weighted_by_reports(customer: Customer) -> None:
    """An hour with three times the reports counts three times as much."""
    day = ask(SCORES, resolution="DAY")["scoreSeries"]
    assert day["windowStart"] == ["2026-01-05T00:00:00Z", "2026-01-11T00:00:00Z"]
    assert day["windows"] == [2, 1]
    assert day["sentimentScore"] == pytest.approx([(1.0 * 10 + 0.5 * 30) / 40, 0.0])
    assert day["scoreLow"] == pytest.approx([(0.9 * 10 + 0.4 * 30) / 40, 0.0])
    assert day["evidence"] == pytest.approx([(10 * 10 + 30 * 30) / 40, 10])
    assert (day["fnCount"], day["fpCount"]) == ([25, 0], [15, 10])
    week = ask(SCORES, resolution="WEEK")["scoreSeries"]
    assert week["windowStart"] == ["2026-01-05T00:00:00Z"]
    assert week["windows"] == [3]
    assert week["sentimentScore"] == pytest.approx([(10 + 15) / 50])


def test_a_week_begins_on_monday(customer: Customer) -> None:
    """Also far from the epoch's Thursday."""
    factories.SentimentScoreFactory.create(
        customer=customer, window_start=FIRST_WINDOW - timedelta(hours=1)
    )
    week = ask(SCORES, resolution="WEEK")["scoreSeries"]
    assert week["windowStart"] == ["2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"]


@pytest.mark.django_db
def test_means_of_aggregates() -> None:
    """Averages are weighted by customers; standing values are plain means; absence is null and
    does not count."""
    factories.WindowFactory.create(window_start=hour(2))
    factories.OverallSentimentFactory.create(
        window_start=hour(0),
        total_customers=1,
        avg_sentiment_score=1.0,
        avg_raw_score=0.4,
        standing_sentiment_score=0.2,
        standing_customers=2,
    )
    factories.OverallSentimentFactory.create(
        window_start=hour(1),
        total_customers=3,
        avg_sentiment_score=0.2,
        avg_raw_score=0.8,
        standing_sentiment_score=0.4,
        standing_customers=4,
    )
    nobody = {
        "total_customers": 0,
        "avg_sentiment_score": None,
        "avg_raw_score": None,
        "total_fn_count": 0,
        "total_fp_count": 0,
        "standing_customers": 0,
        "standing_sentiment_score": None,
        "standing_low": None,
        "standing_high": None,
    }
    factories.OverallSentimentFactory.create(window_start=hour(2), **nobody)
    hours = ask(OVERALL)["overallSeries"]
    assert hours["avgSentimentScore"] == [1.0, 0.2, None]
    assert hours["standingLow"] == [0.7, 0.7, None]
    day = ask(OVERALL, resolution="DAY")["overallSeries"]
    assert day["windows"] == [3]
    assert day["avgSentimentScore"] == pytest.approx([(1.0 + 3 * 0.2) / 4])
    assert day["avgRawScore"] == pytest.approx([(0.4 + 3 * 0.8) / 4])
    assert day["standingSentimentScore"] == pytest.approx([0.3])
    assert day["standingCustomers"] == pytest.approx([2])
    assert day["totalCustomers"] == pytest.approx([4 / 3])
    assert day["totalFnCount"] == [16]


@pytest.mark.django_db
@pytest.mark.parametrize(("resolution", "hours"), [("DAY", 24), ("WEEK", 168)])
def test_buckets_are_what_the_hours_give(resolution: str, hours: int) -> None:
    """Added up one by one, from before the first Monday on, with gaps."""
    chance = random.Random(5)
    for number in sorted(chance.sample(range(-30, 400), 40)):
        absent = chance.random() < 0.2
        factories.OverallSentimentFactory.create(
            window_start=hour(number),
            total_customers=0 if absent else chance.randrange(1, 9),
            total_fn_count=chance.randrange(50),
            avg_sentiment_score=None if absent else chance.random(),
            standing_sentiment_score=None if chance.random() < 0.2 else chance.random(),
        )
    factories.WindowFactory.create(window_start=hour(400))
    span = {"startDate": "2026-01-01", "endDate": "2026-02-01"}
    rows = ask(OVERALL, range=span)["overallSeries"]
    found = ask(OVERALL, resolution=resolution, range=span)["overallSeries"]
    buckets: dict[int, list[int]] = {}
    for place, start in enumerate(rows["windowStart"]):
        since = datetime.fromisoformat(start) - FIRST_WINDOW
        buckets.setdefault(since // timedelta(hours=hours), []).append(place)
    assert found["windows"] == [len(places) for places in buckets.values()]
    for bucket, places in enumerate(buckets.values()):

        def mean(name: str, weight: str | None = None) -> float | None:
            there = [place for place in places if rows[name][place] is not None]  # noqa: B023
            by = [rows[weight][place] if weight else 1 for place in there]
            total = sum(rows[name][place] * one for place, one in zip(there, by, strict=True))
            return total / sum(by) if sum(by) else None

        assert found["totalFnCount"][bucket] == sum(rows["totalFnCount"][at] for at in places)
        for name, weight in (
            ("avgSentimentScore", "totalCustomers"),
            ("standingSentimentScore", None),
            ("totalCustomers", None),
        ):
            assert found[name][bucket] == pytest.approx(mean(name, weight), abs=1e-9)


@pytest.mark.django_db
def test_industries_have_a_series_each() -> None:
    """By name, case aside; also when a bucket has nobody."""
    factories.WindowFactory.create(window_start=hour(1))
    for industry in ("Retail", "Banking"):
        factories.CustomerFactory.create(industry=industry)
        factories.SegmentSentimentFactory.create(
            industry=industry, total_customers=0, avg_sentiment_score=None
        )
    query = """query Q($industries: [String]) {
      segmentSeries(industries: $industries, resolution: DAY) {
        industry windowStart avgSentimentScore standingSentimentScore } }"""
    both = ask(query)["segmentSeries"]
    assert [series["industry"] for series in both] == ["Banking", "Retail"]
    assert ask(query, industries=["RETAIL"])["segmentSeries"] == [
        {
            "industry": "Retail",
            "windowStart": ["2026-01-05T00:00:00Z"],
            "avgSentimentScore": [None],
            "standingSentimentScore": [0.8],
        }
    ]
    assert ask(query, industries=[])["segmentSeries"] == []


@pytest.mark.django_db
def test_nothing_to_show() -> None:
    """Empty columns."""
    factories.CustomerFactory.create(customer_id=1)
    for resolution in ("HOUR", "DAY", None):
        assert ask(SCORES, resolution=resolution)["scoreSeries"]["windowStart"] == []
        assert ask(OVERALL, resolution=resolution)["overallSeries"]["standingLow"] == []
