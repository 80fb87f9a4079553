"""Answers as JSON."""

from collections.abc import Mapping
from typing import Any

import orjson
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.encoders import JSONEncoder


class QuickJSONRenderer(JSONRenderer):
    """As REST framework writes it, ten times as fast."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes; an indentation that the client asks for is left to REST framework."""
        context = dict(renderer_context or {})
        if data is None:
            return b""
        if self.get_indent(accepted_media_type or "", context) is None:
            try:
                return orjson.dumps(data, JSONEncoder().default, orjson.OPT_UTC_Z)
            except orjson.JSONEncodeError:
                # Such as a number of more than 64 bits.
                pass
        text: bytes = super().render(data, accepted_media_type, context)
        return text
