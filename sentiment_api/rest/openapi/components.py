"""What operations share: headers, a parameter, and the answers to errors."""

from typing import Any

from sentiment_api.rest.csv_files import MOST_ROWS, PARAMETER
from sentiment_api.rest.openapi import errors

PARAMETERS: dict[str, dict[str, Any]] = {
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` of the answer that the client has: 304 while it is the newest.",
        "schema": {"type": "string"},
    },
    "Format": {
        "name": PARAMETER,
        "in": "query",
        "description": f"`csv`: a file of all rows, up to {MOST_ROWS:,}, instead of a page; `page` "
        "and `page_size` are then refused. The same as `Accept: text/csv`.",
        "schema": {"type": "string", "enum": ["json", "csv"], "default": "json"},
    },
}

CSV: dict[str, Any] = {
    "schema": {
        "type": "string",
        "description": "RFC 4180, UTF-8, with a header of the names of the fields; those within a "
        "field are called `field_inner`. Absent values are empty. Texts that a spreadsheet would "
        "take for a formula have an apostrophe in front.",
    }
}

HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "The version of the data, for this role and this hour.",
        "required": True,
        "schema": {"type": "string"},
        "example": 'W/"0f343b0931126a20f133d67c2b018a3b"',
    },
    "Data-Freshness": {
        "description": "The freshness of the data as a structured field (RFC 9651): the ends of "
        "the newest covered and the newest complete window, the age of the former in seconds, "
        "the objective in seconds, and whether it is met.",
        "required": True,
        "schema": {"type": "string"},
        "example": 'newest-covered="2026-05-01T13:00:00Z", '
        'newest-complete="2026-05-01T13:00:00Z", age=1200, objective=5400, met=?1',
    },
}

NOTICES: dict[str, Any] = {
    "Notice": {
        "description": "There when `as_of` lies before anything was known: says so, and since when "
        "something is.",
        "schema": {"type": "string"},
        "example": "Nothing was known at 2026-01-05T12:00:00Z: the first window was read at "
        "2026-05-01T13:00:02Z. For earlier windows ask by their range.",
    },
}

_RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 42,
    }
}
_OF_ERRORS: dict[str, dict[str, Any]] = {
    "401": {
        "WWW-Authenticate": {
            "description": "How to sign in.",
            "schema": {"type": "string"},
            "example": "Token",
        }
    },
    "429": _RETRY_AFTER,
    "503": _RETRY_AFTER,
}


def _response(status: str) -> dict[str, Any]:
    description, body = errors.BY_STATUS[status]
    response: dict[str, Any] = {
        "description": description,
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Error"},
                "examples": {"Example": {"value": body}},
            }
        },
    }
    if headers := _OF_ERRORS.get(status):
        response["headers"] = headers
    return response


_TOO_LONG = {
    "description": "The address is longer than the web server reads (about 4,000 characters).",
    "content": {"text/html": {"schema": {"type": "string"}}},
}


def add(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put the shared components into the document (a hook of drf-spectacular)."""
    result["components"] |= {
        "headers": HEADERS | NOTICES,
        "parameters": PARAMETERS,
        "responses": {
            **{f"Error{status}": _response(status) for status in errors.BY_STATUS},
            "Error414": _TOO_LONG,
        },
    }
    return result
