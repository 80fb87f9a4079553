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
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

from sentiment_analysis.deadlines import Deadlines, stop_reading

LARGEST = 10_000_000
"""Bytes; views have limits of their own below that."""
IN_MEMORY = 1_000_000
PART = 65_536
REFUSED = "sentiment.body_refused"
"""Where in the environment the application finds the refusal of a body."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class Refusal(NamedTuple):
    """What is answered instead of what the body asks for."""

    status: int
    detail: str


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
            return self._refuse(environ, start_response, 413, "It is too large.")
        if not self._waiting.acquire(blocking=False):
            return self._refuse(environ, start_response, 503, "Too many are on their way.")
        try:
            body = self._arrived(environ, length)
        finally:
            self._waiting.release()
        if body is None:
            return self._refuse(environ, start_response, 408, "It did not arrive in time.")
        with body:
            environ["wsgi.input"] = body
            return self._application(environ, start_response)

    def _refuse(
        self, environ: Environ, start_response: StartResponse, status: int, why: str
    ) -> Iterable[bytes]:
        """Let the application say so, in the shape of the face that was asked, and note it."""
        # gunicorn waits for the rest before it closes, and takes nobody else in the meantime.
        stop_reading(environ.get("gunicorn.socket"))
        # It heeds no header of ours: it would promise to keep the connection, and close it.
        response: Any = getattr(start_response, "__self__", None)
        if hasattr(response, "force_close"):
            response.force_close()
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = BytesIO(), "0"
        environ[REFUSED] = Refusal(status, f"The body was not taken. {why}")
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
