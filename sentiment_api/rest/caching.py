"""Answers that a client may keep: `ETag` from the version of the data, and 304."""

import hashlib
from functools import cache

from django.utils import timezone
from django.utils.http import parse_etags
from rest_framework.request import Request

from sentiment_api.freshness import Freshness
from sentiment_api.rest.access import is_staff
from sentiment_api.rest.openapi.document import document
from sentiment_api.version import current_version

_SEEN = "version_of_data_seen"


@cache
def form_of_answers() -> str:
    """What stands for the form of all answers of REST: another contract makes other answers."""
    return hashlib.sha256(repr(document()).encode()).hexdigest()


def version_seen(request: Request) -> int:
    """The version of the data before anything of the answer was read: all of it is as new at
    least."""
    if not hasattr(request, _SEEN):
        setattr(request, _SEEN, current_version())
    return int(getattr(request, _SEEN))


def etag_of(request: Request, *more: str) -> str:
    """What the answer depends on: contract of REST, data, hour, role, form, address, and what is
    given besides."""
    parts = (
        form_of_answers(),
        str(version_seen(request)),
        f"{timezone.now():%Y%m%d%H}",
        "staff" if is_staff(request) else "guest",
        request.accepted_renderer.media_type,
        # A tag belongs to an address that gave an answer: it never matches where there is none.
        request.get_full_path(),
        *more,
    )
    return f'W/"{hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]}"'


def has_newest(request: Request, etag: str) -> bool:
    """Does the client have this answer already? (`*`, any answer, is not taken for a yes.)"""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return etag.removeprefix("W/") in [tag.removeprefix("W/") for tag in known]


def freshness_header(freshness: Freshness) -> str:
    """The freshness of the data as a structured field (RFC 9651): a dictionary."""
    items = [
        f'{name}="{window:%Y-%m-%dT%H:%M:%SZ}"'
        for name, window in (
            ("newest-covered", freshness.newest_covered_window),
            ("newest-complete", freshness.newest_complete_window),
        )
        if window is not None
    ]
    if freshness.age is not None:
        items.append(f"age={int(freshness.age.total_seconds())}")
    items.append(f"objective={int(freshness.objective.total_seconds())}")
    items.append(f"met=?{int(freshness.met)}")
    return ", ".join(items)
