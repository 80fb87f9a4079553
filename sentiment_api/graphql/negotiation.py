"""Which kind of answer a client wants."""

from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest


class Kind(StrEnum):
    """Kinds of answers."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"
    PAGE = "text/html"


@dataclass(frozen=True)
class Wish:
    """The kind that the client likes best; `named` when it asked for just this one."""

    kind: Kind
    named: bool


JSON_FOR_ANYONE = Wish(Kind.JSON, named=False)


def wish_of(request: HttpRequest, pages: bool) -> Wish | None:
    """What the client wants; None when it takes nothing that is offered here.

    A client that takes anything gets JSON. Pages, if there are any, are for GET alone.
    """
    pages = pages and request.method in ("GET", "HEAD")
    kinds = [kind for kind in Kind if pages or kind is not Kind.PAGE]
    for accepted in request.accepted_types_by_precedence:
        full = f"{accepted.main_type}/{accepted.sub_type}"
        if accepted.quality and full in kinds:
            return Wish(Kind(full), named=True)
        if accepted.quality and full in ("*/*", "application/*"):
            return JSON_FOR_ANYONE
    return None if request.headers.get("Accept", "").strip() else JSON_FOR_ANYONE
