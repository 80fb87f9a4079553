"""Connections that wait for an answer no longer than they may.

A server that takes a statement and never answers keeps libpq waiting for ever: the server's own
limit of a statement does not reach us any more, and TCP keeps alive what is frozen.
"""

import contextlib
import os
import socket
from collections.abc import Iterator
from threading import Timer
from typing import Any

from psycopg2 import OperationalError
from psycopg2.extensions import connection, cursor


class NoAnswerError(OperationalError):
    """The server has said nothing for too long."""


class PatientConnection(connection):
    """Cuts its line when an answer takes longer than `patience` seconds (none: it waits), and
    says so by NoAnswerError."""

    patience: float | None = None
    _gave_up = False

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """A cursor that is as patient."""
        return super().cursor(*args, **{"cursor_factory": PatientCursor} | kwargs)

    def rollback(self) -> None:
        """End the transaction; nothing is to be ended on a line that is broken."""
        if not self.closed:
            with self.waiting():
                super().rollback()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Wait for an answer, and no longer."""
        if self.patience is None:
            yield
            return
        with self._line() as line:
            timer = Timer(self.patience, self._give_up, [line])
            timer.daemon = True
            timer.start()
            try:
                yield
            except OperationalError as error:
                if self._gave_up:
                    raise NoAnswerError(f"no answer for {self.patience:g} s") from error
                raise
            finally:
                timer.cancel()

    def _line(self) -> socket.socket:
        """The line itself: what is done to it here libpq sees, and it stays ours to the end."""
        return socket.socket(fileno=os.dup(self.fileno()))

    def _give_up(self, line: socket.socket) -> None:
        self._gave_up = True
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


class PatientCursor(cursor):
    """A cursor of a PatientConnection."""

    connection: PatientConnection

    def execute(self, *args: Any, **kwargs: Any) -> None:
        """Run a statement."""
        with self.connection.waiting():
            super().execute(*args, **kwargs)

    def fetchmany(self, *args: Any, **kwargs: Any) -> list[tuple[Any, ...]]:
        """Some rows; those of a named cursor come from the server."""
        if self.name is None:
            return super().fetchmany(*args, **kwargs)
        with self.connection.waiting():
            return super().fetchmany(*args, **kwargs)

    def close(self) -> None:
        """End it; a named cursor on a line that is broken has ended."""
        if not self.connection.closed:
            with self.connection.waiting():
                super().close()
