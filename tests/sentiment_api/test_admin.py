"""The operator's pages of results and of the ledger: everything is seen, nothing is edited."""

import re

import pytest
from django.apps import apps
from django.contrib.admin.utils import quote
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sentiment_api.models import SentimentScore
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


def page_of(admin_client: Client, row: object) -> str:
    """The page of a row."""
    opts = type(row)._meta  # type: ignore[attr-defined]
    url = f"/admin/{opts.app_label}/{opts.model_name}/{row.pk}/change/"  # type: ignore[attr-defined]
    return admin_client.get(url).content.decode()


def test_a_score_is_explained_and_its_revisions_are_shown(admin_client: Client) -> None:
    run = PipelineRunFactory.create()
    old = SentimentScoreFactory.create(
        customer__company_name="<b>Acme</b>", created_at=hour(1), superseded_at=hour(2)
    )
    new = SentimentScoreFactory.create(
        customer=old.customer,
        created_at=hour(2),
        revision=2,
        fp_count=7,
        run_id=run.run_id,
    )
    for row, other in ((old, new), (new, old)):
        page = page_of(admin_client, row)
        assert "This window was counted again: 5 FP more." in page
        assert "fp_count: 2 &rarr; 7" in page
        assert "<td>schedule</td>" in page
        assert f"/admin/sentiment_api/sentimentscore/{other.pk}/change/" in page
        assert "&lt;b&gt;Acme&lt;/b&gt; has 0." in page
        assert "<b>Acme" not in page
    assert "A newer revision took its place" in page_of(admin_client, old)


def test_revisions_of_aggregates_are_shown_up_to_a_bound(admin_client: Client) -> None:
    rows = [
        factory.create(
            revision=number,
            created_at=hour(number),
            superseded_at=hour(number + 1) if number < 25 else None,
        )
        for factory in (SegmentSentimentFactory, OverallSentimentFactory)
        for number in range(1, 26)
    ]
    for row in (rows[24], rows[49]):
        page = page_of(admin_client, row)
        assert "The newest 20 of 25." in page
        assert len(re.findall(r'/change/">\d+</a>', page)) == 19
        assert "25 (this one)" in page


def test_a_page_of_a_score_costs_the_same_for_one_revision_and_for_many(
    admin_client: Client,
) -> None:
    def queries(numbers: range) -> int:
        for number in numbers:
            row = SentimentScoreFactory.create(
                customer=first.customer,
                revision=number + 1,
                created_at=hour(number + 1),
                superseded_at=hour(number + 2),
            )
        with CaptureQueriesContext(connection) as captured:
            page_of(admin_client, row)
        return len(captured)

    first = SentimentScoreFactory.create(created_at=hour(1), superseded_at=hour(2))
    assert SentimentScore.objects.count() == 1
    page_of(admin_client, first)  # content types are remembered from the first request on
    assert queries(range(1, 3)) == queries(range(3, 15))
