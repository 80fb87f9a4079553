"""Answers to GET carry the validator of REST."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from freezegun import freeze_time

from sentiment_api import version
from tests.factories import CustomerFactory
from tests.sentiment_api.graphql.asking import ACCEPT, ADDRESS, post

pytestmark = pytest.mark.django_db
QUERY = "query Q($n: Int) { customers(first: $n) { totalCount } }"


def get(client: Client | None = None, tag: str = "", **parameters: str) -> Any:
    """The answer to an operation in the address."""
    headers = {"accept": ACCEPT, **({"if-none-match": tag} if tag else {})}
    return (client or Client()).get(ADDRESS, {"query": QUERY, **parameters}, headers=headers)


def test_the_same_answer_is_not_sent_again() -> None:
    """Until the data have another version."""
    with freeze_time("2026-01-05T12:10:00Z"):
        first = get()
        again = get(tag=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert again["Data-Freshness"]
        CustomerFactory.create(customer_id=1)
        with transaction.atomic():
            version.bump()
        changed = get(tag=first["ETag"])
    assert changed.status_code == 200
    assert changed.json()["data"]["customers"]["totalCount"] == 1


def test_tags_tell_operations_and_callers_apart() -> None:
    """Query, variables, name, role and hour."""
    staff = Client()
    staff.force_login(User.objects.create_user("s", is_staff=True))
    with freeze_time("2026-01-05T12:10:00Z"):
        answers = [
            get(),
            get(variables='{"n": 1}'),
            get(operationName="Q"),
            get(query="{ __typename }"),
            get(staff),
        ]
    with freeze_time("2026-01-05T13:10:00Z"):
        answers.append(get())
    assert len({answer["ETag"] for answer in answers}) == len(answers)
    assert "public" in answers[0]["Cache-Control"]
    assert "private" in answers[4]["Cache-Control"]


def test_another_schema_makes_other_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade nobody is told that an old answer still holds."""
    before = get()
    monkeypatch.setattr("sentiment_api.graphql.keeping._form_of_answers", lambda: "another")
    assert get(tag=before["ETag"]).status_code == 200


def test_what_is_never_kept() -> None:
    """POST, errors, and what says something else each time."""
    bad = '{ __typename customer(id: "x") { city } }'
    fresh = "{ dataFreshness { at } }"
    for answer in (post(QUERY), get(query=bad), get(query="{"), get(query=fresh)):
        assert "ETag" not in answer
        assert "no-cache" not in answer.get("Cache-Control", "")


@pytest.mark.django_db(transaction=True)
def test_who_polls_learns_of_every_change() -> None:
    """By the version, which comes with the freshness."""
    asked = "{ dataFreshness { version } }"
    before = post(asked).json()["data"]["dataFreshness"]["version"]
    assert post(asked).json()["data"]["dataFreshness"]["version"] == before
    with transaction.atomic():
        version.bump()
    assert post(asked).json()["data"]["dataFreshness"]["version"] > before
