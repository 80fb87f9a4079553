"""Lists as CSV files: all rows that are asked for, not a page of them."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, Serializer

from config.spreadsheets import marked
from sentiment_api.rest.errors import Complaint

MOST_ROWS = 50_000
"""Of a file. More are refused, never cut."""
PARAMETER = "format"


class CsvRenderer(BaseRenderer):
    """A text that is a file already."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: str | None,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Its bytes; none where the client has the file."""
        del accepted_media_type, renderer_context
        return (data or "").encode()


class ByFormat(DefaultContentNegotiation):
    """By the parameter `format`, which a link can carry, else by what the client accepts."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """The renderer, and the kind of its answer."""
        word = request.query_params.get(PARAMETER)
        if word is None:
            found: tuple[BaseRenderer, str] = super().select_renderer(
                request, renderers, format_suffix
            )
            return found
        known = {renderer.format: renderer for renderer in renderers}
        if word not in known:
            allowed = ", ".join(known)
            raise Complaint({PARAMETER: f"{word[:60]!r} is unknown; allowed: {allowed}."})
        return known[word], known[word].media_type


def as_csv(serializer: BaseSerializer[Any], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows of a serializer's fields with a header (RFC 4180). Fields within a field are named
    `field_inner`; an absent value is an empty cell."""
    paths = list(_paths(serializer))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow("_".join(path) for path in paths)
    writer.writerows(zip(*(_cells(rows, path) for path in paths), strict=True))
    return out.getvalue()


def _paths(serializer: Any) -> Iterable[tuple[str, ...]]:
    nested = getattr(serializer, "nested", {})
    for name, field in serializer.fields.items():
        inner = nested[name]() if name in nested else field
        if isinstance(inner, Serializer):
            yield from ((name, *path) for path in _paths(inner))
        else:
            yield (name,)


def _cells(rows: Sequence[Mapping[str, Any]], path: Sequence[str]) -> list[Any]:
    column: list[Any] = list(rows)
    for name in path:
        column = [None if row is None else row[name] for row in column]
    return list(map(_cell, column))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return marked(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value
