"""What is kept is given again while it is true, and to those it is meant for."""

from collections.abc import Callable, Hashable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time
from pytest_django import Settings
from rest_framework.renderers import JSONRenderer
from rest_framework.serializers import ModelSerializer
from rest_framework.test import APIClient

from config import history
from config.models import IndustryBaseline
from jobs import profiles
from sentiment_api import kept, version
from sentiment_api.changes import Change
from sentiment_api.kept import Kept
from sentiment_api.models import (
    ComparedSpan,
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
)
from sentiment_api.rest import pagination
from sentiment_api.rest.serializers import (
    CustomerSerializer,
    OverallSerializer,
    ScoreSerializer,
    SegmentSerializer,
    StaffCustomerSerializer,
)
from sentiment_api.rest.serializers.change import ChangeSerializer, as_shown
from sentiment_api.rest.views.customers import customers
from tests.factories import (
    CustomerFactory,
    DatabaseConfigFactory,
    OverallSentimentFactory,
    ScoringProfileFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    WindowFactory,
    hour,
)
from tests.sentiment_api.graphql.asking import ACCEPT, ADDRESS

pytestmark = pytest.mark.django_db(transaction=True)
NOW = "2026-01-05T12:10:00Z"
QUERY = "{ customers { totalCount edges { node { companyName scoreState } } } }"
ASKED = (
    "/api/customers/",
    "/api/customers/?ordering=-current_sentiment&page_size=1",
    "/api/customers/1/",
    "/api/customers/1/sentiment_history/",
    "/api/sentiment/",
    "/api/sentiment/segment_analysis/",
    "/api/sentiment/overall_metrics/",
    "/api/sentiment/industries/",
    QUERY,
    '{ customerSentimentHistory(customerId: "1") { companyName sentimentScore } }',
    "{ segmentSeries { industry avgSentimentScore } }",
)


def ask(client: APIClient, what: str, **headers: str) -> Any:
    """The answer of either face."""
    if what.startswith("/"):
        return client.get(what, headers={"Accept": "application/json", **headers})
    return client.post(ADDRESS, {"query": what}, "json", headers={"Accept": ACCEPT, **headers})


def change() -> None:
    """What every run does at its end."""
    with transaction.atomic():
        version.bump()


@pytest.fixture
def _rows(first_profile: None) -> None:
    first = CustomerFactory.create(customer_id=1, company_name="First", phone="0123")
    SentimentScoreFactory.create(customer=first, carried=True)
    CustomerFactory.create(customer_id=2, company_name="Second")
    SegmentSentimentFactory.create()
    OverallSentimentFactory.create()
    WindowFactory.create()


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("what", ASKED)
def test_an_answer_is_worked_out_once(guest: APIClient, what: str) -> None:
    """After that nothing but the version is read, until it rises."""
    with freeze_time(NOW):
        first = ask(guest, what)
        with CaptureQueriesContext(connection) as captured:
            again = ask(guest, what)
        assert {query["sql"] for query in captured} == {
            'SELECT number FROM "sentiment_api_dataversion"'
        }
        assert (again.status_code, again.content) == (200, first.content)
        differing = {"X-Request-ID"}
        assert {k: v for k, v in again.items() if k not in differing} == {
            k: v for k, v in first.items() if k not in differing
        }
        change()
        with CaptureQueriesContext(connection) as captured:
            ask(guest, what)
        assert len(captured) > 2


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("what", ["/api/customers/", QUERY])
def test_news_are_seen_at_once(guest: APIClient, what: str) -> None:
    """A run that writes, and a profile by which a score is stale."""
    WindowFactory.create(window_start=hour(10))
    change()
    before = ask(guest, what).content
    assert b"stale" not in before.lower()
    CustomerFactory.create(customer_id=3, company_name="Third")
    assert b"Third" not in ask(guest, what).content
    change()
    assert b"Third" in ask(guest, what).content
    profiles.activate(ScoringProfileFactory.create(max_age_hours=5), history.command())
    assert b"stale" in ask(guest, what).content.lower()


@pytest.mark.usefixtures("_rows")
def test_a_new_baseline_is_seen_at_once(guest: APIClient) -> None:
    (first,) = ask(guest, "/api/sentiment/industries/").json()["results"]
    assert first["baseline_score"] is None
    IndustryBaseline(industry="Banking", baseline_score=0.7).save()
    (second,) = ask(guest, "/api/sentiment/industries/").json()["results"]
    assert second["baseline_score"] == 0.7


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("guest_first", [True, False])
def test_guests_never_get_what_is_kept_for_staff(
    guest: APIClient, staff: APIClient, guest_first: bool
) -> None:
    for client in (guest, staff) if guest_first else (staff, guest):
        ask(client, "/api/customers/1/")
        ask(client, QUERY)
    assert "phone" not in ask(guest, "/api/customers/1/").json()
    assert ask(staff, "/api/customers/1/").json()["phone"] == "0123"
    assert "private" in ask(staff, "/api/customers/1/")["Cache-Control"]


@pytest.mark.usefixtures("_rows")
def test_each_host_kind_and_origin_has_its_own(guest: APIClient) -> None:
    path = "/api/customers/?page_size=1"
    assert ask(guest, path).json()["next"].startswith("http://testserver/")
    assert ask(guest, path, Host="localhost").json()["next"].startswith("http://localhost/")
    for kind in (ACCEPT, "application/json", ACCEPT):
        assert ask(guest, QUERY, Accept=kind)["Content-Type"].startswith(kind)
    for what in (path, QUERY):
        assert "Access-Control-Allow-Origin" not in ask(guest, what)
        with_origin = ask(guest, what, Origin="http://localhost:3000")
        assert with_origin["Access-Control-Allow-Origin"] == "http://localhost:3000"
        assert "Access-Control-Allow-Origin" not in ask(guest, what, Origin="http://evil.example")


@pytest.mark.usefixtures("_rows")
def test_variables_and_operations_are_told_apart(guest: APIClient) -> None:
    query = "query A($n: Int) { customers(first: $n) { edges { cursor } } } query B { __typename }"
    sizes = []
    for variables in ({"n": 1}, {"n": 2}, dict[str, int]()):
        asked = {"query": query, "operationName": "A", "variables": variables}
        answer: Any = guest.post(ADDRESS, asked, "json", headers={"Accept": ACCEPT})
        sizes.append(len(answer.json()["data"]["customers"]["edges"]))
    assert sizes == [1, 2, 2]
    asked = {"query": query, "operationName": "B"}
    other: Any = guest.post(ADDRESS, asked, "json", headers={"Accept": ACCEPT})
    assert other.json() == {"data": {"__typename": "Query"}}


@pytest.mark.usefixtures("_rows")
def test_age_and_notice_are_told_of_kept_answers(guest: APIClient) -> None:
    for what in ("/api/sentiment/?as_of=2026-01-04", QUERY):
        ages = []
        for time in (NOW, "2026-01-05T12:50:00Z"):
            with freeze_time(time):
                answer = ask(guest, what)
            ages.append(answer["Data-Freshness"])
            if what.startswith("/"):
                assert answer["Notice"].startswith("Nothing was known")
        assert ages[0] != ages[1]


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("what", ["/api/customers/", QUERY])
def test_kept_answers_are_counted(
    guest: APIClient, settings: Settings, redis_url: str, what: str
) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "default": {**settings.CACHES["default"], "LOCATION": redis_url},
    }
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "guest": "3/day"}
    assert [ask(guest, what).status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.usefixtures("_rows")
def test_what_is_never_kept(guest: APIClient) -> None:
    """Errors, what says the time, and what only a transaction has seen."""
    for what in (
        "/api/customers/?page=9",
        "/api/customers/?nonsense=1",
        "/api/customers/9/",
        '{ customer(id: "x") { city } __typename }',
        "{ dataFreshness { at } }",
    ):
        ask(guest, what)
    assert not kept.ANSWERS._values
    with transaction.atomic():
        ask(guest, "/api/customers/")
        ask(guest, QUERY)
        assert not kept.ANSWERS._values
    ask(guest, "/api/customers/")
    assert len(kept.ANSWERS._values) == 1


def test_a_number_of_rows_that_were_chosen_before_a_run_is_not_kept(
    guest: APIClient, first_profile: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When scores are stale is known before they are counted; in between a run ends."""
    WindowFactory.create(window_start=hour(0))
    SentimentScoreFactory.create(window_start=hour(0), carried=True)

    def after_a_run(name: Hashable, make: Callable[[], int]) -> int:
        monkeypatch.undo()
        WindowFactory.create(window_start=hour(400))
        change()
        return kept.while_unchanged(name, make)

    monkeypatch.setattr(pagination, "while_unchanged", after_a_run)
    numbers = [ask(guest, "/api/customers/?score_state=stale").json()["count"] for _ in range(2)]
    assert numbers == [0, 1]


def test_lists_of_other_things_are_counted_each_time(staff: APIClient) -> None:
    """Connections are no data: they change without a new version."""
    assert ask(staff, "/api/config/database/").json()["count"] == 0
    DatabaseConfigFactory.create()
    assert ask(staff, "/api/config/database/").json()["count"] == 1


def test_what_was_not_asked_for_longest_goes_first() -> None:
    few: Kept[str] = Kept(80)
    for name in "abcdefgh":
        few.put(name, name, 10)
    assert few.get("a") == "a"
    few.put("i", "i", 10)
    assert (few.get("a"), few.get("b"), few.get("i")) == ("a", None, "i")
    few.put("a", "A", 5)
    few.put("large", "large", 11)
    assert (few.get("a"), few.get("large"), few.get("c")) == ("A", None, "c")
    nothing: Kept[str] = Kept(0)
    nothing.put("a", "a", 1)
    assert nothing.get("a") is None


def test_changes_are_shown_as_the_contract_says() -> None:
    span = ComparedSpan(before_start=hour(0), recent_start=hour(1), recent_end=hour(2))
    change = Change.over(span, (0.5, 0.1, 0.9), (1, 2), (3, 4))
    assert change is not None
    render = JSONRenderer().render
    assert render(as_shown(change)) == render(ChangeSerializer(change).data)


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize(
    "serializer",
    [
        CustomerSerializer,
        StaffCustomerSerializer,
        ScoreSerializer,
        SegmentSerializer,
        OverallSerializer,
    ],
)
def test_lists_give_what_the_serializer_gives_row_by_row(
    serializer: type[ModelSerializer[Any]],
) -> None:
    """They take another way, without an object for each row."""
    Customer.objects.filter(customer_id=1).update(
        change=0.5,
        change_low=0.1,
        change_high=0.9,
        recent_fn=3,
        before_fp=4,
        inactive_since=hour(3),
        source_created_at="2020-02-02T02:02:02.123456Z",
    )
    old = SentimentScoreFactory.create(
        customer=Customer.objects.get(customer_id=2), superseded_at=hour(9), baseline_score=0.5
    )
    SentimentScoreFactory.create(customer=old.customer, revision=2, created_at=hour(9))
    SegmentSentimentFactory.create(window_start=hour(1), avg_sentiment_score=None)
    span = ComparedSpan(before_start=hour(0), recent_start=hour(1), recent_end=hour(2))
    rows: Any = {
        Customer: customers(),
        SentimentScore: SentimentScore.objects.order_by("pk"),
        SegmentSentiment: SegmentSentiment.objects.order_by("pk"),
        OverallSentiment: OverallSentiment.objects.order_by("pk"),
    }[serializer.Meta.model]
    context = {"view": SimpleNamespace(span=span)}
    several: Any = serializer(rows, many=True, context=context).data
    one_by_one = [serializer(row, context=context).data for row in rows]
    assert len(several) >= 1
    renderer = JSONRenderer()
    assert renderer.render(several) == renderer.render(one_by_one)
    nothing: Any = serializer(rows.none(), many=True, context=context).data
    assert nothing == []


def test_an_indentation_that_is_asked_for_is_that_of_the_answer() -> None:
    """Whether it is kept or not, and in whatever order it is asked for."""
    CustomerFactory.create()
    forms = ("application/json", "application/json; indent=4")
    plain, indented, again = (
        APIClient().get("/api/customers/", headers={"Accept": form}) for form in (*forms, forms[0])
    )
    assert b"\n" not in plain.content
    assert b"\n    " in indented.content
    assert again.content == plain.content
