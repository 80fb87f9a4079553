"""The one shape of errors.

    {"code": "invalid_parameter", "detail": "page: 0 is …", "errors": [{"name": "page",
     "detail": "0 is …"}], "id": null}

`errors` names parameters or fields of the body; `id` is there for unexpected errors alone, and
in the log with the trace.
"""

import logging
import uuid
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.db import InterfaceError, OperationalError
from rest_framework import exceptions, status

from sentiment_api.kept import KeptAnswer

logger = logging.getLogger(__name__)

CODES = {
    400: "invalid_request",
    401: "not_authenticated",
    403: "permission_denied",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    429: "throttled",
    500: "unexpected",
    503: "unavailable",
}


class Complaint(exceptions.APIException):
    """An error that names what is wrong with which parameter or field."""

    status_code: int = status.HTTP_400_BAD_REQUEST
    code = "invalid_parameter"

    def __init__(self, errors: Mapping[str, Iterable[str] | str]) -> None:
        self.errors = [
            {"name": name, "detail": text}
            for name, texts in errors.items()
            for text in ([texts] if isinstance(texts, str) else texts)
        ]
        said = "; ".join(f"{e['name']}: {e['detail']}" for e in self.errors)
        super().__init__(said.replace(".; ", "; "))


class NotFoundComplaint(Complaint):
    """A parameter names something that does not exist."""

    status_code = status.HTTP_404_NOT_FOUND
    code = "not_found"


class BodyComplaint(Complaint):
    """The body cannot be used."""

    code = "invalid_body"


SOMEBODY_ELSE = "Somebody else was faster: read again, then try again."


class Conflict(Complaint):
    """What is asked for does not go together with what is there."""

    status_code = status.HTTP_409_CONFLICT
    code = "conflict"


class TooLarge(exceptions.APIException):
    """The body is larger than any that is meant."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class NotModified(exceptions.APIException):
    """The client has the newest answer already."""

    status_code = status.HTTP_304_NOT_MODIFIED


class AlreadyKnown(exceptions.APIException):
    """The server has the newest answer already: the view has nothing to do."""

    status_code = status.HTTP_200_OK

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__()
        self.answer = answer


class Unavailable(exceptions.APIException):
    """A part that is needed is down."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    wait = 10
    """Seconds after which to try again."""


def retry_after(error: exceptions.APIException) -> dict[str, str]:
    """The header that says in how many whole seconds to ask again, where the error knows it."""
    wait: float | None = getattr(error, "wait", None)
    return {"Retry-After": str(ceil(wait))} if wait else {}


DATABASE_AWAY = (OperationalError, InterfaceError)
"""What is raised while the local database is down, and on a connection that was cut."""


def database_down(error: Exception) -> Unavailable:
    """What is answered while the local database does not; the error itself is in the log."""
    logger.error("the local database does not answer: %s", error, exc_info=error)
    return Unavailable("The local database does not answer. Try again later.")


def error_body(
    status_code: int,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    code: str | None = None,
    error_id: str | None = None,
) -> dict[str, Any]:
    """The one shape."""
    return {
        "code": code or CODES.get(status_code, "error"),
        "detail": detail,
        "errors": errors or [],
        "id": error_id,
    }


def masked(error: BaseException | None, where: str) -> dict[str, Any]:
    """The body for an unexpected error: an id, and nothing of the error itself."""
    error_id = uuid.uuid4().hex
    logger.error("unexpected error %s in %s", error_id, where, exc_info=error)
    return error_body(
        500,
        "Something went wrong here. The error is in the log under this id; name it when asking.",
        error_id=error_id,
    )


def by_name(error: ValidationError) -> dict[str, list[str]]:
    """The messages of a Django error by the name of what they are about."""
    return error.message_dict if hasattr(error, "error_dict") else {"body": error.messages}
