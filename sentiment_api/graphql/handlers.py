"""Errors outside of the view, in the shape of GraphQL where GraphQL is."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits.numbers import BODY_BYTES
from sentiment_api.rest import handlers

PREFIX = "/graphql/"
_REFUSED_BODIES: dict[int, tuple[Code, dict[str, int]]] = {
    408: (Code.BAD_REQUEST, {}),
    413: (Code.LIMIT_EXCEEDED, {"limit": BODY_BYTES}),
    503: (Code.UNAVAILABLE, {}),
}


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself refuses, such as one for a foreign host."""
    if request.path.startswith(PREFIX):
        error = RefusedError("This request is malformed.", Code.BAD_REQUEST)
        return JsonResponse({"errors": [error.formatted]}, status=400)
    return handlers.bad_request(request, exception)


def body_refused(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """A body that the server has not taken: too large (413), too slow (408), one too many (503)."""
    if not request.path.startswith(PREFIX):
        return handlers.body_refused(status, detail)
    code, more = _REFUSED_BODIES[status]
    error = RefusedError(detail, code, **more)
    return JsonResponse({"errors": [error.formatted]}, status=status)
