"""Errors outside of any REST view, in the shape of REST where REST is."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from sentiment_api.rest.errors import (
    DATABASE_AWAY,
    database_down,
    error_body,
    masked,
    retry_after,
)

PREFIX = "/api/"


def no_such_address(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """An address under `/api/` that does not exist."""
    return JsonResponse(
        error_body(404, f"There is nothing at {request.path[:200]}; see /api/schema/swagger-ui/."),
        status=404,
    )


def without_slash(request: HttpRequest, **_kwargs: Any) -> HttpResponse:
    """An address that lacks its slash at the end. Who reads is led to the right one; a body would
    be lost on the way there."""
    right = request.get_full_path(force_append_slash=True)
    if request.method in ("GET", "HEAD"):
        return HttpResponsePermanentRedirect(right)
    return JsonResponse(
        error_body(404, f"Addresses end with a slash: send this to {right[:200]}."), status=404
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself refuses, such as one for a foreign host."""
    if request.path.startswith(PREFIX):
        return JsonResponse(error_body(400, "This request is malformed."), status=400)
    return defaults.bad_request(request, exception)


def body_refused(status: int, detail: str) -> HttpResponse:
    """A body that the server has not taken."""
    return JsonResponse(error_body(status, detail), status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """An error that no view has caught."""
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_AWAY):
        return _database_away(request, error)
    if request.path.startswith(PREFIX):
        return JsonResponse(masked(error, request.path[:200]), status=500)
    return defaults.server_error(request)


def _database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    down = database_down(error)
    status, headers = down.status_code, retry_after(down)
    if request.path.startswith(PREFIX):
        return JsonResponse(error_body(status, str(down.detail)), status=status, headers=headers)
    # Without the request: who asks is not known either.
    return HttpResponse(render_to_string("503.html"), status=status, headers=headers)
