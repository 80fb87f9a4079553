"""`jobs/status/`"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from redis.exceptions import RedisError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from jobs import health, status
from jobs.gaps import gaps
from jobs.rest.serializers import (
    FreshnessSerializer,
    GapSerializer,
    OwedSerializer,
    QueueSerializer,
    RunSerializer,
    ScheduleSerializer,
    StaffRunSerializer,
    StatusSerializer,
)
from sentiment_api.freshness import data_freshness
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.views.base import StrictView

SHOWN_GAPS = 100


class StatusView(StrictView):
    """How the pipeline is doing."""

    permission_classes = [AllowAny]

    @d.describe(
        "getPipelineStatus",
        "Say how the pipeline is doing",
        d.OPERATION,
        {200: StatusSerializer},
        examples.STATUS,
    )
    def get(self, request: Request) -> Response:
        """State and freshness for everyone; errors, queues and schedules for staff."""
        staff = is_staff(request)
        of_redis = health.in_redis()
        roles = {name: of_redis[name].status for name in ("worker", "scheduler")}
        source = health.source_database()
        parts = [*of_redis.values(), source, health.data(), status.last_run_part()]
        runs = StaffRunSerializer if staff else RunSerializer
        body = {
            "state": health.worst(parts),
            "timestamp": timezone.now(),
            "freshness": FreshnessSerializer(data_freshness()).data,
            "roles": {"web": health.web().status, **roles},
            "source_database": source.status,
            "owed": OwedSerializer(status.owed_work()).data,
            "recent": status.recent_states(),
            "runs": runs(status.newest_runs(), many=True).data,
            "gaps": GapSerializer(gaps()[-SHOWN_GAPS:], many=True).data,
        }
        if staff:
            body["queues"] = body["schedules"] = None
            if of_redis["redis"].status is health.Level.HEALTHY:
                body["queues"] = _of_redis(QueueSerializer, status.queue_lengths)
                body["schedules"] = _of_redis(ScheduleSerializer, status.next_runs)
        return Response(body, headers={"Cache-Control": "no-store"})


def _of_redis(serializer: Any, read: Callable[[], list[Any]]) -> Any:
    """Rows that Redis knows; null while it is away."""
    try:
        return serializer(read(), many=True).data
    except RedisError:
        return None
