"""An example of each error."""

from typing import Any

from sentiment_api.rest.errors import error_body


def _about(name: str, detail: str) -> list[dict[str, str]]:
    return [{"name": name, "detail": detail}]


_PAGE = _about("page", "'0' is no whole number from 1 to 9223372036854775807.")
_CUSTOMER = _about("customer_id", "There is no customer 4711.")
_TAKEN = _about("name", "Another connection has this name already.")

BY_STATUS: dict[str, tuple[str, dict[str, Any]]] = {
    "400": (
        "A parameter or the body does not fit.",
        error_body(400, f"page: {_PAGE[0]['detail']}", _PAGE, "invalid_parameter"),
    ),
    "401": (
        "Not signed in, or the credentials are wrong.",
        error_body(401, "Authentication credentials were not provided."),
    ),
    "403": ("Signed in, but not staff.", error_body(403, "This is for staff.")),
    "404": (
        "What the address or a parameter names does not exist.",
        error_body(404, f"customer_id: {_CUSTOMER[0]['detail']}", _CUSTOMER),
    ),
    "406": (
        "No form of answer that the client accepts.",
        error_body(
            406,
            "There is no such form of answer; the header Accept can ask for: application/json.",
        ),
    ),
    "408": (
        "The body did not arrive in time.",
        error_body(408, "The body was not taken. It did not arrive in time."),
    ),
    "409": (
        "It does not go together with what is there.",
        error_body(409, f"name: {_TAKEN[0]['detail']}", _TAKEN),
    ),
    "413": ("The body is too large.", error_body(413, "The body is larger than 64 KiB.")),
    "415": (
        "The body is no JSON.",
        error_body(415, 'Unsupported media type "text/plain" in request.'),
    ),
    "429": (
        "Too many requests, or too many failed sign-ins.",
        error_body(429, "Request was throttled. Expected available in 42 seconds."),
    ),
    "500": (
        "Something went wrong here.",
        error_body(
            500,
            "Something went wrong here. The error is in the log under this id; name it when "
            "asking.",
            error_id="0b3fd4ab3c1c4e1c9e9be7c4b7c4f8d1",
        ),
    ),
    "503": (
        "The local database is down, or too many bodies are on their way.",
        error_body(503, "The local database does not answer. Try again later."),
    ),
}
