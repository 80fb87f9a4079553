"""The parameters of a GraphQL request, from the address or the body."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest

from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.execution import Operation
from sentiment_api.graphql.limits.numbers import BODY_BYTES, NESTING


class BadRequestError(Exception):
    """The request is no GraphQL request; it is answered with this status."""

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        code: Code = Code.BAD_REQUEST,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.error = RefusedError(message, code, **more)


def operation_of(request: HttpRequest) -> Operation:
    """What the request asks for; BadRequestError when that cannot be said."""
    given = _from_address(request) if request.method in ("GET", "HEAD") else _from_body(request)
    query = given.get("query")
    if not isinstance(query, str) or not query.strip():
        raise _bad("query: missing; send the document as a text.")
    name = given.get("operationName")
    if name is not None and not isinstance(name, str):
        raise _bad("operationName: must be a text.")
    for parameter in ("variables", "extensions"):
        if not isinstance(given.get(parameter) or {}, dict) or given.get(parameter) in ("", 0):
            raise _bad(f"{parameter}: must be a JSON object.")
    variables = given.get("variables") or {}
    if _is_deeper(variables, NESTING):
        raise _bad(f"variables: at most {NESTING} levels within each other.")
    return Operation(query, variables, name or None)


def _from_address(request: HttpRequest) -> Mapping[str, Any]:
    given: dict[str, Any] = {name: request.GET[name] for name in request.GET}
    for parameter in ("variables", "extensions"):
        if text := given.pop(parameter, None):
            given[parameter] = _json(text.encode(), parameter)
    return given


def _from_body(request: HttpRequest) -> Mapping[str, Any]:
    if request.content_type != "application/json":
        raise BadRequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type: must be application/json."
        )
    if (request.encoding or "utf-8").lower().replace("-", "") != "utf8":
        raise BadRequestError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Type: the charset must be utf-8."
        )
    given = _json(_body(request), "body")
    if isinstance(given, list):
        raise _bad("body: arrays of queries are not answered; send one JSON object.")
    if not isinstance(given, dict):
        raise _bad("body: must be a JSON object.")
    return given


def _body(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    try:
        if length.isdigit() and int(length[:12]) <= BODY_BYTES:
            body = request.body
            if len(body) <= BODY_BYTES:
                return body
    except RequestDataTooBig:
        pass
    raise BadRequestError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"body: larger than {BODY_BYTES} bytes.",
        Code.LIMIT_EXCEEDED,
        limit=BODY_BYTES,
    )


def _is_deeper(value: Any, levels: int) -> bool:
    """Are there more arrays and objects within each other?"""
    layer = [value]
    for _ in range(levels + 1):
        layer = [inner for outer in layer for inner in _inner(outer)]
        if not layer:
            return False
    return True


def _inner(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _json(text: bytes, parameter: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _bad(f"{parameter}: no valid JSON ({error}).") from error


def _bad(message: str) -> BadRequestError:
    return BadRequestError(HTTPStatus.BAD_REQUEST, message)
