"""Ends what takes too long, with one thread for everything that is under way in a process."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Deadlines(Generic[Thing]):
    """Calls `too_late` (which must not raise) with whatever is still under way so many seconds
    after it began.

    To begin and to end in time costs next to nothing: the thread that watches is woken when there
    was nothing to watch before, and else sleeps until the oldest deadline.
    """

    def __init__(self, seconds: float, too_late: Callable[[Thing], None]) -> None:
        self._seconds, self._too_late = seconds, too_late
        self._under_way: dict[object, tuple[float, Thing]] = {}
        """Deadlines, the oldest first: all of them are equally far away when they are set."""
        self._changed = threading.Condition()
        self._watcher: threading.Thread | None = None
        self._nothing_to_watch = False

    @contextmanager
    def watching(self, thing: Thing) -> Iterator[None]:
        """What is done meanwhile has its deadline; `too_late` is never called afterwards."""
        own = object()
        with self._changed:
            self._under_way[own] = time.monotonic() + self._seconds, thing
            self._wake()
        try:
            yield
        finally:
            with self._changed:
                self._under_way.pop(own, None)

    def _wake(self) -> None:
        if self._watcher is None:
            self._watcher = threading.Thread(target=self._watch, name="deadlines", daemon=True)
            self._watcher.start()
        elif self._nothing_to_watch:
            self._nothing_to_watch = False
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while True:
                self._changed.wait(self._until_next())

    def _until_next(self) -> float | None:
        """Ends what is late. Seconds until something else is; None where nothing is under way."""
        now = time.monotonic()
        for own, (deadline, thing) in list(self._under_way.items()):
            if deadline > now:
                return deadline - now
            del self._under_way[own]
            self._too_late(thing)
        self._nothing_to_watch = True
        return None


def stop_reading(connection: socket.socket | None) -> None:
    """Let nothing more come from a client, which may be gone already."""
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RD)
