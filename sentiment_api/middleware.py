"""What is noted of every request."""

from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from sentiment_api.metrics import request_answered


def route_of(request: HttpRequest) -> str:
    """The name of the route that a request took: one of the few that the addresses know."""
    match = request.resolver_match
    if match is not None:
        return match.view_name
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


class Measured:
    """Counts requests and their durations."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        response = self.get_response(request)
        request_answered(
            route_of(request), request.method, response.status_code, perf_counter() - began
        )
        return response
