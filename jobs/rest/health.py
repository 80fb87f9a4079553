"""`health/`: for people and for monitors."""

from typing import Any

from django.db import Error as DatabaseError
from django.utils import timezone
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import health
from jobs.rest.serializers import HealthSerializer, LiveSerializer
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.views.base import StrictView


class HealthView(StrictView):
    """The worst of all parts."""

    permission_classes = [AllowAny]
    throttle_classes = []

    def perform_authentication(self, request: Request) -> None:
        """Whoever cannot be known while the database is down is a guest."""
        try:
            super().perform_authentication(request)
        except DatabaseError:
            self.unknown = True

    unknown = False

    @d.describe(
        "getHealth",
        "Say whether all parts are well",
        d.OPERATION,
        {200: HealthSerializer, 503: HealthSerializer},
        examples.HEALTH,
    )
    def get(self, request: Request) -> Response:
        """The worst of the parts counts. Local database down or not migrated, Redis down:
        `unhealthy` (503). Little room left, source down, no worker or scheduler, old data:
        `degraded` (200)."""
        staff = not self.unknown and is_staff(request)
        parts = health.look_again()
        status = health.worst(parts.values())
        return Response(
            {
                "status": status,
                "timestamp": timezone.now(),
                "services": {name: describe(part, staff) for name, part in parts.items()},
            },
            status=503 if status == health.Level.UNHEALTHY else 200,
            headers={"Cache-Control": "no-store"},
        )


def describe(part: health.Part, staff: bool) -> dict[str, Any]:
    """A part as it is answered; details for staff alone."""
    described: dict[str, Any] = {"status": part.status, "message": part.message}
    if staff:
        described["detail"] = part.detail
    return described


class LiveView(StrictView):
    """This process answers: nothing else is looked at."""

    permission_classes = [AllowAny]
    authentication_classes = []
    throttle_classes = []

    @d.describe(
        "getLiveness",
        "Say whether this process answers",
        d.OPERATION,
        {200: LiveSerializer},
        {"status": "healthy"},
    )
    def get(self, _request: Request) -> Response:
        """Nothing else is looked at: for the probe that restarts the process."""
        return Response({"status": health.Level.HEALTHY}, headers={"Cache-Control": "no-store"})
