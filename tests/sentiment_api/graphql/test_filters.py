"""What connections can be asked for."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sentiment_api.models import Customer, ScoreState, SentimentScore
from tests import factories
from tests.factories import hour
from tests.sentiment_api.graphql.asking import ask, complaint


@pytest.fixture
def rows(db: None) -> None:
    """Three customers: one well and one badly off, and one without a score."""
    factories.WindowFactory.create(window_start=hour(1))
    good = factories.CustomerFactory.create(
        customer_id=1, company_name="Acme Steel", industry="Heavy Industry", city="Lyon"
    )
    bad = factories.CustomerFactory.create(
        customer_id=2, company_name="Bolt Bank", state="Texas", country="USA"
    )
    factories.CustomerFactory.create(customer_id=3, company_name="Corner Shop", industry="Retail")
    factories.SentimentScoreFactory.create(customer=good, carried=True)
    factories.SyncJobFactory.create(customer=good)
    for number in range(2):
        factories.SentimentScoreFactory.create(
            customer=bad,
            window_start=hour(number),
            fn_count=2,
            fp_count=18,
            state=ScoreState.INSUFFICIENT_EVIDENCE,
            carried=number == 1,
        )
        factories.SyncJobFactory.create(
            customer=bad, window_start=hour(number), fn_count=2, fp_count=18
        )


def customers(arguments: str) -> list[int]:
    """The customers that arguments ask for."""
    found = ask(f"{{ customers({arguments}) {{ totalCount edges {{ node {{ customerId }} }} }} }}")
    ids = [edge["node"]["customerId"] for edge in found["customers"]["edges"]]
    assert found["customers"]["totalCount"] == len(ids)
    return ids


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('industry: "heavy INDUSTRY "', [1]),
        ('industry_Icontains: "indus"', [1]),
        ('companyName: "acme steel"', [1]),
        ('companyName: "acme"', []),
        ('companyName_Icontains: "B"', [2]),
        ('city: "LYON"', [1]),
        ('city_Icontains: "yo"', [1]),
        ('state: "texas"', [2]),
        ('state_Icontains: "xa"', [2]),
        ('country: "usa"', [2]),
        ('country_Icontains: "us"', [2]),
        ('search: "bolt usa"', [2]),
        ("sentimentRange: {min: 0.5}", [1]),
        ("sentimentRange: {max: 0.5}", [2]),
        ("sentimentRange: {}", [1, 2, 3]),
        ("sentimentRange: null, city: null", [1, 2, 3]),
        ("scoreState: SCORED", [1]),
        ("scoreState: INSUFFICIENT_EVIDENCE", [2]),
        ("scoreState: NO_DATA", [3]),
        ("scoreState: STALE", []),
        ("orderBy: CURRENT_SENTIMENT", [2, 1, 3]),
        ("orderBy: CURRENT_SENTIMENT_DESC", [1, 2, 3]),
        ("orderBy: REPORTS_LAST_24_HOURS_DESC", [2, 1, 3]),
        ("orderBy: COMPANY_NAME_DESC", [3, 2, 1]),
        ("orderBy: null", [1, 2, 3]),
    ],
)
def test_customers(rows: None, arguments: str, expected: list[int]) -> None:
    """Every filter and order."""
    assert customers(arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ('customerId: "2"', 2),
        ('customerId: "Q3VzdG9tZXJUeXBlOjI="', 2),
        ('customer_Industry: "heavy industry"', 1),
        ('customer_Industry_Icontains: "industry"', 1),
        ('industry: "banking"', 2),
        ("state: SCORED", 1),
        ('calculationMethod: "simple_ratio"', 3),
        ('calculationMethod: "weighted_average"', 0),
        ("sentimentScore_Gte: 0.8", 1),
        ("sentimentScore_Lte: 0.1", 2),
        ('windowStart_Gte: "2026-01-05T01:00:00Z"', 1),
        ('windowStart_Lte: "2026-01-05"', 2),
        ('windowEnd_Gte: "2026-01-05T02:00:00Z"', 1),
        ('windowEnd_Lte: "2026-01-05T01:00:00Z"', 2),
        ('createdAt_Gte: "2100-01-01"', 0),
        ('createdAt_Lte: "2100-01-01"', 3),
        ('timeRange: {startDate: "2026-01-05", endDate: "2026-01-05T01:00:00Z"}', 2),
        ('timeRange: {startDate: "2026-01-05T01:00:00+01:00"}', 3),
        ('asOf: "2020-01-01"', 0),
    ],
)
def test_scores(rows: None, arguments: str, expected: int) -> None:
    """Every filter."""
    found = ask(f"{{ sentimentScores({arguments}) {{ totalCount }} }}")
    assert found == {"sentimentScores": {"totalCount": expected}}


def test_as_of_shows_what_was_current(rows: None) -> None:
    """In connections, lists, series and nested fields."""
    old = SentimentScore.objects.get(customer__customer_id=1)
    old.created_at -= timedelta(hours=1)
    later = old.created_at + timedelta(minutes=5)
    SentimentScore.objects.filter(pk=old.pk).update(created_at=old.created_at, superseded_at=later)
    new = factories.SentimentScoreFactory.create(
        customer=Customer.objects.get(customer_id=1), fn_count=0, revision=2, created_at=later
    )
    query = """query Q($asOf: DateTime) {
      sentimentScores(customerId: "1", asOf: $asOf) { edges { node { jobId } } }
      customerSentimentHistory(customerId: "1", asOf: $asOf) { jobId }
      scoreSeries(customerId: "1", asOf: $asOf) { sentimentScore }
      customer(id: "1") { recentScores(asOf: $asOf) { jobId revision supersededAt } }
    }"""
    for as_of, score in ((None, new), (old.created_at.isoformat(), old), (later.isoformat(), new)):
        found = ask(query, asOf=as_of)
        key = str(score.pk)
        assert found["sentimentScores"]["edges"] == [{"node": {"jobId": key}}]
        assert found["customerSentimentHistory"] == [{"jobId": key}]
        assert found["scoreSeries"] == {"sentimentScore": [score.sentiment_score]}
        (recent,) = found["customer"]["recentScores"]
        assert recent["jobId"] == key
        assert (recent["supersededAt"] is None) == (score is new)


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("customers(sentimentRange: {min: 2}) { totalCount }", "BAD_USER_INPUT", "sentimentRange"),
        (
            "customers(sentimentRange: {min: 0.5, max: 0.4}) { totalCount }",
            "BAD_USER_INPUT",
            "sentimentRange: min must not lie above max",
        ),
        ('customers(state: "scored") { totalCount }', "BAD_USER_INPUT", "state: "),
        (f'customers(city: "{"x" * 101}") {{ totalCount }}', "BAD_USER_INPUT", "city: "),
        ('customers(industry: " ") { totalCount }', "BAD_USER_INPUT", "industry: This is blank"),
        ('customers(city_Icontains: "") { totalCount }', "BAD_USER_INPUT", "city_Icontains: This"),
        ('segmentSentiments(industry: "") { totalCount }', "BAD_USER_INPUT", "industry: This is"),
        ('customers(city: "a\\u0000b") { totalCount }', "BAD_USER_INPUT", "city: Null"),
        ('sentimentScores(customerId: "99") { totalCount }', "NOT_FOUND", "customerId"),
        ('sentimentScores(calculationMethod: "x") { totalCount }', "BAD_USER_INPUT", "allowed: "),
        (
            'sentimentTrends(timeRange: {startDate: "2026-01-02", endDate: "2026-01-01"}) { id }',
            "BAD_USER_INPUT",
            "startDate must lie before endDate",
        ),
        (
            'overallSentiments(timeRange: {startDate: "2026-01-02", endDate: "2026-01-02"})'
            " { totalCount }",
            "BAD_USER_INPUT",
            "startDate must lie before endDate",
        ),
        (f'sentimentScores(customerId: "{"9" * 30}") {{ totalCount }}', "NOT_FOUND", "customerId"),
        (
            'scoreExplanation(id: "0196f0a8-0000-7000-8000-000000000000") { base }',
            "NOT_FOUND",
            "there is no result",
        ),
        ("sentimentTrends(asOf: 5) { id }", "GRAPHQL_VALIDATION_FAILED", "ISO 8601"),
        ('sentimentTrends(asOf: "yesterday") { id }', "GRAPHQL_VALIDATION_FAILED", "ISO 8601"),
        ('customerSentimentHistory(customerId: "99") { id }', "NOT_FOUND", "no customer 99"),
        ('customerSentimentHistory(customerId: "x") { id }', "BAD_USER_INPUT", "customerId: 'x'"),
        (f'customerSentimentHistory(customerId: "{"9" * 30}") {{ id }}', "NOT_FOUND", "999"),
        ('customerSentimentHistory(customerId: "-1") { id }', "NOT_FOUND", "-1"),
        (
            'customerSentimentHistory(customerId: "U2VnbWVudFNlbnRpbWVudFR5cGU6NQ==") { id }',
            "BAD_USER_INPUT",
            "this is the id of a SegmentSentimentType, not of a customer",
        ),
        (
            'customer(id: "1") { recentScores(last: 0) { id } }',
            "BAD_USER_INPUT",
            "last: 0 is not allowed; 1 to 100.",
        ),
    ],
)
def test_arguments_that_do_not_fit(rows: None, query: str, code: str, words: str) -> None:
    """Each gets its code and a message that names it."""
    status, given, message = complaint(f"{{ {query} }}")
    assert given == code
    assert status == (200 if "recentScores" in query else 400)
    assert words in message


@pytest.mark.parametrize("field", ["industrySentimentComparison", "segmentSeries"])
def test_names_of_industries(rows: None, field: str) -> None:
    """However many there are, they are looked up at once; too many are refused."""
    query = f"query Q($names: [String]) {{ {field}(industries: $names) {{ industry }} }}"
    few, many = ([f"{number}" for number in range(length)] for length in (1, 100))
    with CaptureQueriesContext(connection) as for_one:
        ask(query, names=few)
    with CaptureQueriesContext(connection) as for_many:
        ask(query, names=many)
    assert len(for_one) == len(for_many)
    _, code, message = complaint(query, names=[*many, None])
    assert (code, "100" in message) == ("LIMIT_EXCEEDED", True)
    _, code, message = complaint(query, names=["a\0"])
    assert (code, message) == ("BAD_USER_INPUT", "industries: null characters are not allowed.")


def test_times_in_variables(rows: None) -> None:
    """A bad time in a variable is a bad request."""
    query = "query Q($range: TimeRangeInput) { sentimentTrends(timeRange: $range) { id } }"
    status, code, message = complaint(query, range={"startDate": "yesterday"})
    assert (status, code) == (400, "BAD_USER_INPUT")
    assert "startDate" in message
    assert "ISO 8601" in message
