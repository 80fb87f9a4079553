"""What is noted of every request."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import logs
from sentiment_api.metrics import request_answered

logger = logging.getLogger("access")
QUIET = ("static", "health", "health-live", "metrics")
HEADER = "X-Request-ID"


def route_of(request: HttpRequest) -> str:
    """The name of the route that a request took: one of the few that the addresses know."""
    match = request.resolver_match
    if match is not None:
        return match.view_name
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


# Pages of this service need no power of the browser beyond showing and fetching.
DENIED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS = ", ".join(f"{power}=()" for power in DENIED)


class FewPowers:
    """Tells browsers what no page here will ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = PERMISSIONS
        return response


class Noted:
    """Gives each request an id, which all its log lines and the answer carry; then counts it
    and writes a line: the route, never the address, as that may hold something to keep."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        own = logs.request_id(request.headers.get(HEADER))
        # It stays: Django logs failures when all middleware is done. The next request sets its own.
        logs.REQUEST_ID.set(own)
        response = self.get_response(request)
        response[HEADER] = own
        _note(request, response.status_code, perf_counter() - began)
        return response


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    route = route_of(request)
    request_answered(route, request.method, status, seconds)
    logger.log(
        logging.DEBUG if route in QUIET else logging.INFO,
        "%s %s %d in %.0f ms",
        request.method,
        route,
        status,
        seconds * 1000,
        extra={
            "method": request.method,
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 1),
        },
    )
