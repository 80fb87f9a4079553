"""How gunicorn serves: in threads, and no connection holds up the others while it is closed."""

from typing import Any

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]


class ClosingInThreads(ThreadWorker):  # type: ignore[misc]
    """gunicorn's threads. Its main loop takes connections and closes them; closing waits up to two
    seconds for a client that does not close, and nobody else is taken meanwhile. Here the thread
    that served a connection waits."""

    def handle(self, conn: Any) -> Any:
        """Serve a request; false when the connection is over."""
        kept = super().handle(conn)
        if not kept:
            conn.close(graceful=True)
            conn.close = _closed
        return kept


def _closed(graceful: bool = False) -> None:
    """The main loop has nothing left to close."""
