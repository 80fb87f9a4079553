"""`revisions/` of scores, of industries and of the whole product."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.revision_history import Revision, aggregate_revisions, revisions_of, score_revisions
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from sentiment_api.rest.lookup import row_by_job_id
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.pagination import Pages
from sentiment_api.rest.serializers.revisions import (
    OverallRevisionSerializer,
    ScoreRevisionSerializer,
    SegmentRevisionSerializer,
)
from sentiment_api.rest.views.data import DataList


class RevisionPages(Pages):
    """Shorter ones: for each revision the scores of all customers are looked at."""

    page_size = 10
    max_page_size = 10


class Revisions(DataList):
    """The revisions of one result, oldest first."""

    filter_backends = []
    pagination_class = RevisionPages
    related: Sequence[str] = ()
    explain: Callable[[Sequence[Any]], list[Revision]] = staticmethod(aggregate_revisions)

    def get_queryset(self) -> QuerySet[Any]:
        """Of the result with this key, current or superseded."""
        row = row_by_job_id(super().get_queryset(), self.kwargs["job_id"])
        rows: QuerySet[Any] = revisions_of(row)
        return rows.select_related(*self.related) if self.related else rows

    def page_of(self, rows: Any) -> Response:
        """The revisions of this page, with what led to each."""
        page = self.paginate_queryset(rows) or []
        explained = self.get_serializer(type(self).explain(page), many=True)
        return self.get_paginated_response(explained.data)


class ScoreRevisions(Revisions):
    """Of a score."""

    serializer_class = ScoreRevisionSerializer
    queryset = SentimentScore.objects.all()
    related = ("customer", "profile")
    explain = staticmethod(score_revisions)

    @d.describe(
        "listScoreRevisions",
        "List the revisions of a score",
        d.SENTIMENT,
        {200: ScoreRevisionSerializer(many=True)},
        examples.SCORE_REVISION,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """All revisions of the score's customer and window, oldest first: what changed from one to
        the next, and why."""
        return super().get(_request, **_kwargs)


class SegmentRevisions(Revisions):
    """Of an industry in a window."""

    serializer_class = SegmentRevisionSerializer
    queryset = SegmentSentiment.objects.all()

    @d.describe(
        "listSegmentRevisions",
        "List the revisions of an industry in a window",
        d.SENTIMENT,
        {200: SegmentRevisionSerializer(many=True)},
        examples.SEGMENT_REVISION,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """All revisions of the row's industry and window, oldest first: what changed from one to
        the next, and what had happened to the scores underneath."""
        return super().get(_request, **_kwargs)


class OverallRevisions(Revisions):
    """Of the whole product in a window."""

    serializer_class = OverallRevisionSerializer
    queryset = OverallSentiment.objects.all()

    @d.describe(
        "listOverallRevisions",
        "List the revisions of the whole product in a window",
        d.SENTIMENT,
        {200: OverallRevisionSerializer(many=True)},
        examples.OVERALL_REVISION,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """All revisions of the row's window, oldest first: what changed from one to the next, and
        what had happened to the scores underneath."""
        return super().get(_request, **_kwargs)
