"""`/metrics`: for Prometheus."""

from hmac import compare_digest
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    SessionAuthentication,
    TokenAuthentication,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from jobs.metrics import Pipeline
from sentiment_api.metrics import of_all_processes
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.views.base import StrictView

SCRAPER = object()
OF_PIPELINE = CollectorRegistry()
OF_PIPELINE.register(Pipeline())


class MetricsToken(BaseAuthentication):
    """`Authorization: Bearer` with METRICS_TOKEN. Asks no database: it is needed when one is
    down."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, object] | None:
        """Nobody in particular, with the right to scrape."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = settings.METRICS_TOKEN
        if not token or not compare_digest(given.strip().encode(), token.encode()):
            raise AuthenticationFailed("This is not METRICS_TOKEN.")
        return AnonymousUser(), SCRAPER

    def authenticate_header(self, _request: Request) -> str:
        """How to sign in."""
        return "Bearer"


class _ScraperOrStaff(BasePermission):
    message = "This is for Prometheus (METRICS_TOKEN) and for staff."

    def has_permission(self, request: Request, _view: Any) -> bool:
        return request.auth is SCRAPER or is_staff(request)


class MetricsView(StrictView):
    """Figures of the pipeline and of the web processes."""

    authentication_classes = [
        MetricsToken,
        TokenAuthentication,
        BasicAuthentication,
        SessionAuthentication,
    ]
    permission_classes = [_ScraperOrStaff]
    throttle_classes = []
    schema = None

    def get(self, _request: Request) -> HttpResponse:
        """All figures, in the text format."""
        return HttpResponse(
            generate_latest(OF_PIPELINE) + generate_latest(of_all_processes()),
            content_type=CONTENT_TYPE_LATEST,
            headers={"Cache-Control": "no-store"},
        )
