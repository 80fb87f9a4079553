"""Who asks, and whether they may ask now: the same rules as for REST."""

from http import HTTPStatus

from django.http import HttpRequest
from rest_framework.authentication import (
    BasicAuthentication,
    SessionAuthentication,
    TokenAuthentication,
)
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from sentiment_api.graphql.errors import Code
from sentiment_api.graphql.parameters import BadRequestError
from sentiment_api.rest.errors import retry_after
from sentiment_api.rest.views.base import StrictView

_CODES = {
    HTTPStatus.UNAUTHORIZED: Code.UNAUTHENTICATED,
    HTTPStatus.FORBIDDEN: Code.UNAUTHENTICATED,
    HTTPStatus.TOO_MANY_REQUESTS: Code.THROTTLED,
}


class _ReadOnlySession(SessionAuthentication):
    """Sessions without a token against forgery: nothing can be changed here."""

    def enforce_csrf(self, request: Request) -> None:
        """Not needed."""


class _Door(StrictView):
    """What REST checks of every caller."""

    authentication_classes = [TokenAuthentication, BasicAuthentication, _ReadOnlySession]


def admit(request: HttpRequest) -> Request:
    """The request with its caller, counted; BadRequestError when it may not ask (now)."""
    door = _Door()
    opened = door.initialize_request(request)
    door.request = opened
    try:
        door.perform_authentication(opened)
        door.check_throttles(opened)
    except APIException as error:
        status = HTTPStatus(error.status_code)
        raise BadRequestError(
            status,
            str(error.detail),
            _CODES.get(status, Code.BAD_REQUEST),
            headers=_headers(door, opened, error),
        ) from error
    return opened


def _headers(door: _Door, request: Request, error: APIException) -> dict[str, str]:
    if error.status_code == HTTPStatus.UNAUTHORIZED:
        return {"WWW-Authenticate": door.get_authenticate_header(request) or "Token"}
    return retry_after(error)
