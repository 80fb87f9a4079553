"""Bodies: JSON objects of a modest size."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser

from sentiment_api.rest.errors import BodyComplaint, TooLarge

MAX_BODY = 64 * 1024


class ObjectParser(BaseParser):
    """A JSON object. orjson bounds the depth, and knows neither NaN nor Infinity."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The object; a complaint says what is there instead."""
        del media_type, parser_context
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise TooLarge(f"The body is larger than {MAX_BODY // 1024} KiB.")
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise BodyComplaint({"body": f"This is no JSON: {error}"}) from error
        if not isinstance(value, dict):
            raise BodyComplaint({"body": "This is JSON, but no object: use {…}."})
        return value
