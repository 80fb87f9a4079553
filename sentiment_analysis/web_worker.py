"""How gunicorn serves: in threads, of which slow clients take a part only and not for long."""

import socket
import threading
from contextlib import ExitStack
from typing import Any

from gunicorn.workers.gthread import _DEFER, ThreadWorker  # type: ignore[import-untyped]

from sentiment_analysis.deadlines import Deadlines, stop_reading

FIRST_BYTE_SECONDS = 0.05
"""A thread waits so long for a new client to say something; the poller waits for the others."""
HEAD_SECONDS = 5.0
"""The head of a request has to arrive within that, however many bytes come at a time."""
LONGEST_HEAD = 65_536
END_OF_HEAD = b"\r\n\r\n"


class SparingThreads(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads, with three bounds. A client that says nothing takes none. Those whose
    head is still on its way take half of them at most, and one more is sent away. And closing,
    which waits up to two seconds for a client that does not close, is done by the thread that
    served it, not by the main loop, which takes nobody else meanwhile."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadlines = Deadlines(HEAD_SECONDS, stop_reading)
        self._waiting = threading.BoundedSemaphore(max(self.cfg.threads // 2, 1))

    def handle(self, conn: Any) -> Any:
        """Serve a request; false when the connection is over."""
        if not conn.initialized and not conn.wait_for_data(FIRST_BYTE_SECONDS):
            return _DEFER
        kept = self._served(conn)
        if not kept:
            conn.close(graceful=True)
            conn.close = _closed
        return kept

    def _served(self, conn: Any) -> Any:
        if _head_is_here(conn):
            return super().handle(conn)
        if not self._waiting.acquire(blocking=False):
            stop_reading(conn.sock)
            return False
        with ExitStack() as conn.head_on_its_way:
            conn.head_on_its_way.callback(self._waiting.release)
            conn.head_on_its_way.enter_context(self._deadlines.watching(conn.sock))
            return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request, whose head is here."""
        if on_its_way := vars(conn).get("head_on_its_way"):
            on_its_way.close()
        return super().handle_request(req, conn)


def _head_is_here(conn: Any) -> bool:
    """Has the client sent a whole head, or closed? Takes nothing of it."""
    unreader = getattr(conn.parser, "unreader", None)
    # What came together with the request before.
    held: bytes = unreader.buf.getvalue() if unreader else b""
    try:
        sent = conn.sock.recv(LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except (BlockingIOError, ValueError):  # TLS lets nobody look ahead.
        return END_OF_HEAD in held
    except OSError:
        return True
    return not sent or END_OF_HEAD in held + sent


def _closed(graceful: bool = False) -> None:
    """The main loop has nothing left to close."""
