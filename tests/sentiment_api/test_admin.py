"""The operator's pages of results and of the ledger: everything is seen, nothing is edited."""

import pytest
from django.apps import apps
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    OverallSentimentFactory,
    PipelineRunFactory,
    SegmentSentimentFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
    hour,
)

READ_ONLY = [
    "sentiment_api.customer",
    "sentiment_api.syncjob",
    "sentiment_api.sentimentscore",
    "sentiment_api.segmentsentiment",
    "sentiment_api.overallsentiment",
    "jobs.pipelinerun",
    "jobs.window",
]


def fill(rows: int, first: int = 0) -> None:
    for number in range(first, first + rows):
        start = hour(number)
        customer = SentimentScoreFactory(window_start=start, carried=True).customer
        SyncJobFactory(customer=customer, window_start=start)
        SegmentSentimentFactory(window_start=start)
        OverallSentimentFactory(window_start=start)
        WindowFactory(window_start=start)
        PipelineRunFactory(range_start=start, range_end=hour(number + 1))


@pytest.mark.parametrize("label", READ_ONLY)
def test_rows_are_listed_and_shown_but_not_edited(admin_client: Client, label: str) -> None:
    fill(1)
    url = f"/admin/{label.replace('.', '/')}/"
    assert "result_list" in admin_client.get(url).content.decode()
    key = apps.get_model(label)._default_manager.first().pk
    shown = admin_client.get(f"{url}{quote(str(key))}/change/", follow=True)
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert admin_client.get(f"{url}add/").status_code == 403
    assert admin_client.post(f"{url}{quote(str(key))}/delete/").status_code == 403


@pytest.mark.parametrize("label", READ_ONLY)
def test_lists_cost_the_same_for_one_row_and_for_many(admin_client: Client, label: str) -> None:
    url = f"/admin/{label.replace('.', '/')}/"
    fill(2)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(url)
    fill(12, first=2)
    with CaptureQueriesContext(connection) as many:
        admin_client.get(url)
    assert len(many) == len(few)


def test_superseded_rows_are_shown_when_asked_for(admin_client: Client) -> None:
    SentimentScoreFactory(superseded_at=hour(5), revision=1)
    url = "/admin/sentiment_api/sentimentscore/"
    assert "0 sentiment scores" in admin_client.get(url).content.decode()
    assert "1 sentiment score" in admin_client.get(f"{url}?revision=superseded").content.decode()
