"""Pages of django-rq: a word when Redis is away, and rights to change queues."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import RedisError
from rq.exceptions import NoSuchJobError

from config.outage import in_words

GONE = (AssertionError, IndexError, NoSuchJobError, ValueError)
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
        logger.warning("Redis cannot be reached: %s", in_words(error))
        return render(request, "jobs/redis_away.html", status=503)


class QueueEntryGone:
    """Answers 404 instead of 500 when a page of the queues is asked for a worker, job or queue
    that is no longer there, or never was: django-rq takes it for granted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page, where the error comes from a view of django-rq."""
        match = request.resolver_match
        of_queues = match is not None and match.func.__module__.startswith("django_rq.")
        if not of_queues or not isinstance(error, GONE):
            return None
        logger.info("a page of the queues found nothing: %s", type(error).__name__)
        return render(request, "jobs/gone.html", status=404)


class QueuesForOperators:
    """Any of the staff may look at queues; to empty them or to put jobs back takes the right to
    ask for runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Refuse those who may not."""
        match = request.resolver_match
        if match is None or request.method in ("GET", "HEAD"):
            return
        of_queues = "django_rq" in (match.app_name, (match.url_name or "")[: len("django_rq")])
        if of_queues and not request.user.has_perm("jobs.add_pipelinerun"):
            raise PermissionDenied
