"""Answers that are kept: by clients, with the validator of REST, and here."""

from functools import cache

import orjson
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from sentiment_api.graphql.contract import as_sdl
from sentiment_api.graphql.execution import Operation
from sentiment_api.kept import ANSWERS, KeptAnswer
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.caching import etag_of, has_newest

NOT_KEPT = {"Cache-Control": "no-store"}
_OF_NOW = ("dataFreshness", "_debug")
"""Fields that say something else each time."""


class Keeping:
    """May the answer to a request be kept, and is it kept already? Clients keep answers to GET
    alone, the server those to POST, too. Make it before the data are read."""

    def __init__(self, request: Request, kind: str, operation: Operation) -> None:
        self.headers = NOT_KEPT
        self.is_known = False
        self._tag = ""
        if any(name in operation.query for name in _OF_NOW):
            return
        request.accepted_renderer = JSONRenderer()
        request.accepted_renderer.media_type = kind
        self._tag = etag_of(request, request.method or "", _form_of_answers(), _said(operation))
        if request.method != "POST":
            self.is_known = has_newest(request, self._tag)
            whose = "private" if is_staff(request) else "public"
            self.headers = {"Cache-Control": f"{whose}, no-cache", "ETag": self._tag}

    @property
    def answer(self) -> KeptAnswer | None:
        """The answer, if it is here."""
        return ANSWERS.get(self._tag) if self._tag else None

    def keep(self, response: HttpResponse) -> None:
        """Keep an answer without errors."""
        if self._tag:
            answer = KeptAnswer(response.content, response["Content-Type"])
            ANSWERS.put(self._tag, answer, answer.size)


@cache
def _form_of_answers() -> str:
    return as_sdl()


def _said(operation: Operation) -> str:
    said = [operation.query, dict(operation.variables), operation.name]
    return orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()
