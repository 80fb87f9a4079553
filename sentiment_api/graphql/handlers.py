"""Errors outside of the view, in the shape of GraphQL where GraphQL is."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.rest import handlers

PREFIX = "/graphql/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that Django itself refuses, such as one for a foreign host."""
    if request.path.startswith(PREFIX):
        error = RefusedError("This request is malformed.", Code.BAD_REQUEST)
        return JsonResponse({"errors": [error.formatted]}, status=400)
    return handlers.bad_request(request, exception)
