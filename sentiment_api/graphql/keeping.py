"""Answers to GET that a client may keep: the validator of REST."""

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from sentiment_api.graphql.execution import Operation
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.caching import etag_of, has_newest

NOT_KEPT = {"Cache-Control": "no-store"}
_OF_NOW = ("dataFreshness", "_debug")
"""Fields that say something else each time."""


class Keeping:
    """May the answer to a request be kept, and is it kept already? The address has all of the
    operation, so REST's tag tells operations apart. Make it before the data are read."""

    def __init__(self, request: Request, kind: str, operation: Operation) -> None:
        self.headers = NOT_KEPT
        self.is_known = False
        if request.method == "POST" or any(name in operation.query for name in _OF_NOW):
            return
        request.accepted_renderer = JSONRenderer()
        request.accepted_renderer.media_type = kind
        tag = etag_of(request)
        self.is_known = has_newest(request, tag)
        whose = "private" if is_staff(request) else "public"
        self.headers = {"Cache-Control": f"{whose}, no-cache", "ETag": tag}
