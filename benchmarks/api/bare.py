"""The least that Django can do: `JsonResponse` over `.values()`, without middleware, sign-in,
limits, filters or counts. The settings, the addresses and the views of that peer."""

import os
from typing import Any

from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.urls import path

from benchmarks.api.fields import SCORE, SEGMENT
from sentiment_analysis.settings import *  # noqa: F403

MIDDLEWARE = []
DATABASES = {  # As `startproject` writes it.
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["DATABASE_URL"].removeprefix("sqlite:///"),
    }
}
ROOT_URLCONF = "benchmarks.api.bare"


def customers(_request: HttpRequest) -> JsonResponse:
    """The first 50 by name."""
    from sentiment_api.models import Customer

    rows = Customer.objects.order_by("company_name", "customer_id").values(
        *("customer_id", "company_name", "industry", "city", "country", "current_sentiment"),
        *("current_state", "last_window_start", "current_score", "inactive_since", "created_at"),
        location_state=F("state"),
        fn_count=F("current_score__fn_count"),
        fp_count=F("current_score__fp_count"),
    )
    return JsonResponse({"results": [_named(row) for row in rows[:50]]})


def _named(row: dict[str, Any]) -> dict[str, Any]:
    row["state"] = row.pop("current_state")
    return row


def history(_request: HttpRequest, customer: int) -> JsonResponse:
    """All scores of one customer, newest first."""
    from sentiment_api.models import SentimentScore

    rows = (
        SentimentScore.objects.filter(customer__customer_id=customer, superseded_at=None)
        .order_by("-window_start", "-job_id")
        .values(*SCORE, "customer__customer_id", company_name=F("customer__company_name"))
    )
    return JsonResponse({"results": [_numbered(row) for row in rows]})


def _numbered(row: dict[str, Any]) -> dict[str, Any]:
    row["customer_id"] = row.pop("customer__customer_id")
    return row


def segments(_request: HttpRequest) -> JsonResponse:
    """All rows of industries, newest first."""
    from sentiment_api.models import SegmentSentiment

    rows = SegmentSentiment.objects.filter(superseded_at=None)
    found = rows.order_by("-window_start", "industry").values(*SEGMENT)
    return JsonResponse({"results": list(found)})


urlpatterns = [
    path("customers/", customers),
    path("history/<int:customer>/", history),
    path("segments/", segments),
]
