"""Bodies of requests are here before a view is asked for: who sends slowly takes no thread from
others for long.

A client that sends its body byte by byte would hold a thread for as long as it likes, and a few of
them all threads there are. So a body has to arrive within some seconds (else 408), and only some
threads of a process may wait for bodies at once (else 503 for one more; requests without a body go
on). A proxy that passes on whole requests does the same, before them.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any

import orjson

from sentiment_analysis.deadlines import Deadlines, stop_reading

LARGEST = 10_000_000
"""Bytes; views have limits of their own below that."""
IN_MEMORY = 1_000_000
PART = 65_536

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class TimelyBodies:
    """Wraps a WSGI application."""

    def __init__(self, application: Application, seconds: float, waiting: int) -> None:
        self._application = application
        self._deadlines = Deadlines(seconds, stop_reading)
        self._waiting = threading.BoundedSemaphore(waiting)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = _length(environ)
        if not length:
            return self._application(environ, start_response)
        if length > LARGEST:
            return _refuse(environ, start_response, "413 Content Too Large", "It is too large.")
        if not self._waiting.acquire(blocking=False):
            return _refuse(
                environ, start_response, "503 Service Unavailable", "Too many are on their way."
            )
        try:
            body = self._arrived(environ, length)
        finally:
            self._waiting.release()
        if body is None:
            return _refuse(
                environ, start_response, "408 Request Timeout", "It did not arrive in time."
            )
        with body:
            environ["wsgi.input"] = body
            return self._application(environ, start_response)

    def _arrived(self, environ: Environ, length: int) -> "SpooledTemporaryFile[bytes] | None":
        """The whole body; None when it does not come in time or at all."""
        body: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        with self._deadlines.watching(environ.get("gunicorn.socket")), suppress(OSError):
            while (missing := length - body.tell()) > 0:
                part = environ["wsgi.input"].read(min(PART, missing))
                if not part:
                    break
                body.write(part)
        if body.tell() < length:
            body.close()
            return None
        body.seek(0)
        return body


def _length(environ: Environ) -> int:
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isdecimal() else 0


def _refuse(environ: Environ, start_response: StartResponse, status: str, why: str) -> list[bytes]:
    # gunicorn waits for the rest before it closes, and takes nobody else in the meantime.
    stop_reading(environ.get("gunicorn.socket"))
    # It heeds no header of ours: it would promise to keep the connection, and close it.
    response: Any = getattr(start_response, "__self__", None)
    if hasattr(response, "force_close"):
        response.force_close()
    detail = f"The body was not taken. {why}"
    content = orjson.dumps({"code": status[4:], "detail": detail, "errors": [], "id": None})
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(content))),
        ("Connection", "close"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if status.startswith("503"):
        headers.append(("Retry-After", "1"))
    start_response(status, headers)
    return [content]
