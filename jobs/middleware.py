"""Pages that need Redis say so when it is away."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class RedisAway:
    """Answers 503 with a message instead of 500 when a page for operators cannot reach Redis."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The message, for pages of the admin; other views have their own error shape."""
        if not isinstance(error, RedisError) or not request.path.startswith("/admin/"):
            return None
        logger.warning("Redis cannot be reached: %s", " ".join(str(error).split()))
        return render(request, "jobs/redis_away.html", status=503)
