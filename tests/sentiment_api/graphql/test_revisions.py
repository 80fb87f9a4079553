"""The revisions of results: the same as REST, in pages by cursors."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.models import IndustryBaseline
from jobs.models import Reprocess
from sentiment_api.graphql.budget import Budget
from sentiment_api.graphql.limits import numbers
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from tests.clients import not_throttled as not_throttled
from tests.factories import (
    CustomerFactory,
    OverallSentimentFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    hour,
)
from tests.jobs.conftest import at
from tests.jobs.test_pipeline import backfill, use_profile
from tests.sentiment_api.graphql.asking import ask, complaint, post
from tests.sentiment_api.graphql.test_same_as_rest import as_graphql, fields
from tests.source import SourceDatabase

REASON = (
    "code detail customers windows { windowStart fnBefore fpBefore fnAfter fpAfter }"
    " rules { field before after }"
)
REVISION = (
    "run { id trigger } changes { field before after }"
    f" reasons {{ {REASON} }} withdrawn {{ at reasons {{ {REASON} }} }}"
)
RESULTS = {
    "score": (SentimentScore, "sentiment/", " profileVersion"),
    "segment": (SegmentSentiment, "sentiment/segment_analysis/", ""),
    "overall": (OverallSentiment, "sentiment/overall_metrics/", ""),
}


@pytest.fixture
def revised(source: SourceDatabase) -> None:
    """Late reports, another baseline and profile, and reports that vanish."""
    IndustryBaseline.objects.create(industry="Banking", baseline_score=0.5)
    for customer in (1, 2):
        source.customer(customer)
        for number in range(4):
            source.reports(customer, at(number), 6, 4)
    backfill(at(0), at(4))
    source.reports(1, at(1), fp=3)
    source.reports(2, at(3), fn=1)
    backfill(at(0), at(4), Reprocess.ALL)
    IndustryBaseline.objects.update(baseline_score=0.4)
    use_profile(decay_factor=0.5, min_evidence=40)
    backfill(at(0), at(4), Reprocess.ALL)
    source.sql("DELETE FROM email_samples WHERE reported_at >= %s", at(3).replace(tzinfo=None))
    backfill(at(0), at(4), Reprocess.ALL)


def shouting(value: Any) -> Any:
    """Codes as GraphQL's enums write them."""
    if isinstance(value, dict):
        return {
            name: inner.upper() if name == "code" else shouting(inner)
            for name, inner in value.items()
        }
    return [shouting(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("kind", RESULTS)
def test_they_are_those_of_rest(revised: None, kind: str) -> None:
    model, path, more = RESULTS[kind]
    codes = set()
    for row in model.objects.filter(revision=1):
        page = Client().get(f"/api/{path}{row.job_id}/revisions/").json()
        result = fields(page["results"][0]["result"])
        query = f"""query Q($id: ID!) {{ {kind}Revisions(id: $id) {{
            totalCount edges {{ node {{ {REVISION} result {{ {result} }} {more} }} }} }} }}"""
        found = ask(query, id=str(row.job_id))[f"{kind}Revisions"]
        assert found["totalCount"] == page["count"]
        ours = [edge["node"] for edge in found["edges"]]
        theirs = [shouting(as_graphql(one)) for one in page["results"]]
        for one, other in zip(ours, page["results"], strict=True):
            # What a state was is told by its stored name.
            assert one.pop("changes") == other["changes"]
        for one in theirs:
            one.pop("changes")
        assert ours == theirs
        codes |= {reason["code"] for one in ours for reason in one["reasons"]}
    assert codes >= {"FIRST", "LATE_REPORTS", "NEW_PROFILE", "NEW_BASELINE"}


@pytest.mark.parametrize("kind", RESULTS)
def test_pages_go_both_ways_and_take_global_ids(revised: None, kind: str) -> None:
    model, _, _ = RESULTS[kind]
    row = model.objects.filter(window_start=at(2), superseded_at=None)[0]
    page = "totalCount edges { cursor node { result { id revision } reasons { code } } }"

    def edges(paging: str = "", key: str = str(row.job_id)) -> list[Any]:
        found = ask(f'{{ found: {kind}Revisions(id: "{key}"{paging}) {{ {page} }} }}')["found"]
        return list(found["edges"])

    whole = edges()
    assert [edge["node"]["result"]["revision"] for edge in whole] == list(range(1, len(whole) + 1))
    assert len(whole) > 1
    assert edges(f', first: 1, after: "{whole[0]["cursor"]}"') == whole[1:2]
    assert edges(f', last: 1, before: "{whole[-1]["cursor"]}"') == whole[-2:-1]
    assert edges(key=whole[0]["node"]["result"]["id"]) == whole


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "factory"),
    [
        ("score", SentimentScoreFactory),
        ("segment", SegmentSentimentFactory),
        ("overall", OverallSentimentFactory),
    ],
)
def test_queries_do_not_grow(kind: str, factory: Any) -> None:
    customer = CustomerFactory.create()
    same = {"customer": customer} if kind == "score" else {}

    def grow(numbers: range) -> int:
        for number in numbers:
            row = factory.create(
                revision=number,
                created_at=hour(number),
                superseded_at=hour(number + 1) if number < 30 else None,
                **same,
            )
        query = (
            f'{{ {kind}Revisions(id: "{row.job_id}") {{ edges {{ node {{ {REVISION} result {{ id }}'
            " } } } }"
        )
        with CaptureQueriesContext(connection) as queries:
            assert len(ask(query)[f"{kind}Revisions"]["edges"]) == numbers[-1]
        return len(queries)

    assert grow(range(1, 3)) == grow(range(3, 31)) <= 12


@pytest.mark.django_db
def test_what_would_read_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Aggregates look at every customer once for each revision."""
    for _ in range(3):
        CustomerFactory.create()
    row = OverallSentimentFactory.create()
    page = f"edges {{ node {{ {REVISION} }} }}"
    query = f'{{ overallRevisions(id: "{row.job_id}", first: 4) {{ {page} }} }}'
    monkeypatch.setattr(Budget.__init__, "__defaults__", (9, numbers.VALUES))
    assert post(query).json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    monkeypatch.setattr(Budget.__init__, "__defaults__", (10, numbers.VALUES))
    assert "errors" not in post(query).json()
    # However many there are, a few revisions can be asked about.
    monkeypatch.setattr(Budget.__init__, "__defaults__", (18, numbers.VALUES))
    monkeypatch.setattr("sentiment_api.graphql.types.revisions.ROWS", 18)
    monkeypatch.setattr("sentiment_api.graphql.types.revisions.REVISIONS", 1)
    CustomerFactory.create_batch(20)
    assert "errors" not in post(query).json()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", RESULTS)
def test_there_are_none_of_what_does_not_exist(kind: str) -> None:
    query = f"query Q($id: ID!) {{ {kind}Revisions(id: $id) {{ totalCount }} }}"
    missing = str(uuid4())
    assert complaint(query, id=missing) == (
        400,
        "NOT_FOUND",
        f"id: there is no result {missing}.",
    )
    assert complaint(query, id="nonsense")[:2] == (400, "BAD_USER_INPUT")
    assert complaint(query, id="Q3VzdG9tZXJUeXBlOjE=")[2].startswith(
        "id: this is the id of a CustomerType"
    )
