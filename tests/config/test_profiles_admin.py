"""Versions of the scoring profile, as operators compare and activate them."""

import re

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from config.models import ScoringProfile
from sentiment_api.profile_usage import usage
from tests.factories import ScoringProfileFactory, SentimentScoreFactory, hour

pytestmark = pytest.mark.django_db

LIST = "/admin/config/scoringprofile/"


def shown(client: Client, path: str) -> str:
    return " ".join(client.get(path).content.decode().split())


def test_which_scores_used_which() -> None:
    second = ScoringProfileFactory.create()
    for number in (3, 5):
        SentimentScoreFactory.create(window_start=hour(number))
    SentimentScoreFactory.create(window_start=hour(1), superseded_at=hour(9))
    SentimentScoreFactory.create(window_start=hour(7), profile=second)
    found = usage()
    assert found[second.pk].scores == 1
    first = found[ScoringProfile.active().pk]
    assert (first.scores, first.first, first.last) == (2, hour(3), hour(6))


def test_the_list_says_what_differs_and_who_used_it(admin_client: Client) -> None:
    second = ScoringProfileFactory.create(decay_factor=0.5, trend_adjusted=True)
    SentimentScoreFactory.create(window_start=hour(3), profile=second)
    page = shown(admin_client, LIST)
    assert "decay factor: 0.5 (active: 0.9); trend adjusted: yes (active: no)" in page
    assert "1 of 2026-01-05 03:00Z to 2026-01-05 04:00Z" in strip_tags(page)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(LIST)
    for _ in range(5):
        profile = ScoringProfileFactory.create()
        SentimentScoreFactory.create(profile=profile)
    with CaptureQueriesContext(connection) as many:
        admin_client.get(LIST)
    assert len(many) == len(few)


def test_a_version_stands_beside_the_active_one(admin_client: Client) -> None:
    second = ScoringProfileFactory.create(base_method="simple_ratio")
    page = shown(admin_client, f"{LIST}{second.pk}/change/")
    assert re.search(r"<strong>simple ratio</strong></td> <td[^>]*>weighted average</td>", page)
    assert page.count('class="sign doubtful">differs') == 1
    assert "Recompute from" in page
    done = admin_client.post(f"{LIST}{second.pk}/activate/", follow=True).content.decode()
    assert "Scores computed from now on use version 2" in done
    assert ScoringProfile.active() == second
    page = shown(admin_client, f"{LIST}{second.pk}/change/")
    assert "differs" not in page
    assert "from now on</button>" not in page


def test_who_only_looks_activates_nothing(client: Client) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_scoringprofile"))
    client.force_login(viewer)
    second = ScoringProfileFactory.create()
    page = shown(client, f"{LIST}{second.pk}/change/")
    assert "from now on</button>" not in page
    assert "Recompute from" not in page
    assert "Recompute from" not in shown(client, LIST)
    assert client.post(f"{LIST}{second.pk}/activate/").status_code == 403
    assert client.get(f"{LIST}{second.pk}/activate/").status_code == 405
    assert ScoringProfile.active().version == 1
