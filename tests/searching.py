"""Looks for secrets in what comes out."""

import base64
import urllib.parse
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from demo.servers import ValkeyServer


class Secrets:
    """All that must not be seen, by name."""

    def __init__(self, **values: str) -> None:
        self.values = values

    def within(self, text: str | bytes) -> list[str]:
        """The names of the secrets in a text, in clear or in one of the usual codes."""
        searched = text if isinstance(text, bytes) else text.encode()
        return [
            name
            for name, value in self.values.items()
            if any(form.encode() in searched for form in _forms(value))
        ]


def _forms(value: str) -> set[str]:
    in_base64 = base64.b64encode(value.encode()).decode().rstrip("=")[:-1]
    return {value, urllib.parse.quote(value), urllib.parse.quote_plus(value), in_base64}


def look_at_redis(secrets: Secrets, valkey: ValkeyServer) -> int:
    """Arguments and results of jobs, what failed, schedules, signs of life; how many
    values there were."""
    link = valkey.connect()
    seen = 0
    for key in link.scan_iter("*"):
        for part in _parts(link, key):
            seen += 1
            with suppress(zlib.error):
                part = zlib.decompress(part)
            assert secrets.within(key + b" " + part) == [], key
    return seen


def _parts(link: Any, key: bytes) -> Iterator[bytes]:
    kind = link.type(key)
    if kind == b"hash":
        for name, value in link.hgetall(key).items():
            yield from (name, value)
    elif kind == b"stream":
        for _, fields in link.xrange(key):
            yield from fields.values()
    elif kind in (b"set", b"zset", b"list"):
        read = {b"set": link.smembers, b"zset": lambda name: link.zrange(name, 0, -1)}
        yield from read.get(kind, lambda name: link.lrange(name, 0, -1))(key)
    else:
        yield link.get(key) or b""


def content_of(answer: Any) -> bytes:
    """Body and headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body + str(answer.headers).encode() + str(answer.cookies).encode()
