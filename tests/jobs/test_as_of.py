"""Every read as of a time answers what it answered at that time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from tests.clients import not_throttled as not_throttled
from tests.jobs.conftest import at
from tests.jobs.events import everything_happens
from tests.source import SourceDatabase

SPAN = f"start_date={at(5):%Y-%m-%dT%H:%M:%SZ}&end_date={at(25):%Y-%m-%dT%H:%M:%SZ}"
PATHS = (
    "sentiment/?page_size=500",
    "sentiment/?page_size=7&ordering=sentiment_score",
    f"sentiment/?customer=2&{SPAN}",
    "sentiment/?calculation_method=weighted_average_normalized&ordering=window_start",
    *(f"customers/{customer}/sentiment_history/?page_size=500" for customer in (2, 4)),
    "sentiment/segment_analysis/?page_size=500",
    f"sentiment/segment_analysis/?industry=banking&ordering=window_start&{SPAN}",
    "sentiment/overall_metrics/?page_size=500",
)
SCORE = (
    "jobId customerId companyName industry sentimentScore rawScore scoreLow scoreHigh evidence "
    "state calculationMethod baselineScore fnCount fpCount windowStart windowEnd createdAt revision"
)
MEANS = (
    "jobId windowStart windowEnd createdAt revision totalCustomers avgSentimentScore avgRawScore "
    "totalFnCount totalFpCount standingCustomers standingSentimentScore standingLow standingHigh"
)
COLUMNS = (
    "windowStart windows avgSentimentScore avgRawScore totalCustomers totalFnCount totalFpCount "
    "standingSentimentScore standingLow standingHigh standingCustomers"
)
SCORE_COLUMNS = (
    "windowStart windows sentimentScore rawScore scoreLow scoreHigh evidence fnCount fpCount"
)
RANGE = f'timeRange: {{startDate: "{at(5).isoformat()}", endDate: "{at(25).isoformat()}"}}'
QUERIES = (
    f"sentimentScores(first: 500, asOf: $at) {{ totalCount edges {{ cursor node {{ {SCORE} }} }} }}"
    f" segmentSentiments(first: 500, asOf: $at) {{ edges {{ node {{ {MEANS} industry }} }} }}"
    f" overallSentiments(first: 500, asOf: $at) {{ edges {{ node {{ {MEANS} }} }} }}",
    f'customerSentimentHistory(customerId: "2", asOf: $at) {{ {SCORE} }}'
    f' part: customerSentimentHistory(customerId: "2", {RANGE}, asOf: $at) {{ {SCORE} }}'
    f" industrySentimentComparison(asOf: $at) {{ {MEANS} industry }}"
    f" sentimentTrends(asOf: $at) {{ {MEANS} }}",
    *(
        f'scoreSeries(customerId: "2", resolution: {length}, asOf: $at) {{ {SCORE_COLUMNS} }}'
        f" segmentSeries(resolution: {length}, asOf: $at) {{ industry {COLUMNS} }}"
        f" overallSeries(resolution: {length}, {RANGE}, asOf: $at) {{ {COLUMNS} }}"
        for length in ("HOUR", "DAY")
    ),
    f"customers {{ edges {{ node {{ customerId currentScore(asOf: $at) {{ {SCORE} }}"
    f" recentScores(last: 20, asOf: $at) {{ {SCORE} }} }} }} }}",
)


def rest(path: str, as_of: datetime | None) -> Any:
    """All that REST answers, except what it says of later revisions."""
    back = f"&as_of={as_of.isoformat().replace('+', '%2B')}" if as_of else ""
    body = Client().get(f"/api/{path}{back}").json()
    return body["count"], [
        {name: value for name, value in row.items() if name != "superseded_at"}
        for row in body["results"]
    ]


def graphql(query: str, as_of: datetime | None) -> Any:
    """All that GraphQL answers."""
    answer = Client().post(
        "/graphql/",
        orjson.dumps(
            {
                "query": f"query Q($at: DateTime) {{ {query} }}",
                "variables": {"at": as_of and as_of.isoformat()},
            }
        ),
        content_type="application/json",
    )
    return answer.json()["data"]


READS: list[tuple[Callable[[str, datetime | None], Any], str]] = [
    *((rest, path) for path in PATHS),
    *((graphql, query) for query in QUERIES),
]


@pytest.mark.usefixtures("not_throttled")
def test_every_read_as_of_a_time_is_what_it_was_at_that_time(source: SourceDatabase) -> None:
    """After every step of every run, over REST and GraphQL."""
    seen: dict[str, tuple[datetime, list[Any]]] = {}

    def look(step: str) -> None:
        answers = [ask(what, None) for ask, what in READS]
        seen[f"{len(seen)} {step}"] = (timezone.now(), answers)

    events = list(everything_happens(source, look))
    assert len(seen) == 4 * len(events)
    different = {orjson.dumps(answers) for _, answers in seen.values()}
    assert len(different) > 30
    for moment, (instant, answers) in seen.items():
        for (ask, what), answer in zip(READS, answers, strict=True):
            assert rounded(ask(what, instant)) == rounded(answer), (moment, what)


def rounded(value: Any) -> Any:
    """Without the digits that the order decides in which a database adds up."""
    if isinstance(value, dict):
        return {name: rounded(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [rounded(inner) for inner in value]
    return round(value, 9) if isinstance(value, float) else value
