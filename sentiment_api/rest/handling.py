"""Turns errors of views into answers of the one shape."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from sentiment_api.rest.errors import (
    DATABASE_AWAY,
    SOMEBODY_ELSE,
    AlreadyKnown,
    BodyComplaint,
    Complaint,
    Conflict,
    NotModified,
    by_name,
    database_down,
    error_body,
    masked,
    retry_after,
)

logger = logging.getLogger(__name__)


def handle(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """Turn any error of a view into a response."""
    if isinstance(error, AlreadyKnown):
        return HttpResponse(error.answer.body, content_type=error.answer.content_type)
    set_rollback()
    if isinstance(error, NotModified):
        return Response(status=304)
    known = _known(error)
    if known is None:
        view = type(context.get("view")).__name__
        return Response(masked(error, view), status=500)
    return Response(_body(known), status=known.status_code, headers=_headers(known))


def _known(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, exceptions.APIException):
        return error
    if isinstance(error, Http404):
        return exceptions.NotFound(str(error) or None)
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied(str(error) or None)
    if isinstance(error, ValidationError):
        return BodyComplaint(by_name(error))
    if isinstance(error, IntegrityError):
        logger.warning("refused by the database: %s", error)
        return Conflict({"body": SOMEBODY_ELSE})
    if isinstance(error, DATABASE_AWAY):
        return database_down(error)
    return None


def _body(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, Complaint):
        return error_body(error.status_code, str(error.detail), error.errors, error.code)
    if isinstance(error, exceptions.ValidationError):
        return _body(BodyComplaint(dict(_flat(error.detail))))
    if isinstance(error, exceptions.NotAcceptable) and error.available_renderers:
        return error_body(error.status_code, not_acceptable(error.available_renderers))
    return error_body(error.status_code, str(error.detail))


def not_acceptable(renderers: Iterable[Any]) -> str:
    """Which forms of answer there are, where the client accepts none of them."""
    kinds = ", ".join(dict.fromkeys(renderer.media_type for renderer in renderers))
    return f"There is no such form of answer; the header Accept can ask for: {kinds}."


def _flat(detail: Any, path: str = "") -> Iterable[tuple[str, list[str]]]:
    """The messages of a serializer by the path of their field."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = "" if name in ("non_field_errors", "__all__") else str(name)
            yield from _flat(inner, ".".join(filter(None, (path, own))))
    elif isinstance(detail, list) and any(isinstance(item, Mapping | list) for item in detail):
        for place, inner in enumerate(detail):
            yield from _flat(inner, f"{path}[{place}]")
    else:
        texts = detail if isinstance(detail, list) else [detail]
        yield path or "body", [str(text) for text in texts]


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return headers | retry_after(error)
