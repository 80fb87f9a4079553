"""A line to a server, on loopback, that a test can cut, stall or refuse."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: close() sends a reset instead of an orderly end."""


class Proxy:
    """Passes everything on to a server until it is told otherwise. `answered` counts the bytes
    that the server has sent through it."""

    host = HOST

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._flows = threading.Event()
        self._flows.set()
        self._lock = threading.Lock()
        self._limit: tuple[int, Callable[[], None]] | None = None
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        self.answered = 0
        self._listen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.refuse()

    @property
    def lines(self) -> int:
        """How many lines are open."""
        return len(self._ends) // 2

    # What a test does to it.

    def refuse(self) -> None:
        """Nobody listens, and what was open is cut: the server is down."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def stall(self) -> None:
        """Connections are taken, or stay open, and nothing passes any more."""
        self._flows.clear()

    def mend(self) -> None:
        """All is well from now on."""
        self._limit = None
        self._flows.set()
        if self._listener.fileno() < 0:
            self._listener = socket.create_server((HOST, self.port))
            self._listen()

    def cut(self) -> None:
        """End what is open, without a word."""
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._flows.set()

    def after(self, answered: int, then: Callable[[], None]) -> None:
        """When the server has sent so many bytes more, do `then` (`cut`, `stall`) and pass no
        byte beyond them."""
        self._limit = (self.answered + answered, then)

    # How it passes on.

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._server, timeout=10)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        with self._lock:
            self._ends += [client, server]
        for one, other, counts in ((client, server, False), (server, client, True)):
            threading.Thread(target=self._pass, args=[one, other, counts], daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, counts: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                if counts:
                    data = self._counted(data, other)
                self._flows.wait()
                other.sendall(data)
        self._hang_up(one, other)

    def _counted(self, data: bytes, client: socket.socket) -> bytes:
        """Count what the server says; what may pass of it now that has not passed yet."""
        with self._lock:
            limit, self.answered = self._limit, self.answered + len(data)
            if limit is None or self.answered < limit[0]:
                return data
            passes = len(data) - (self.answered - limit[0])
            self._limit = None
        client.sendall(data[:passes])
        limit[1]()
        return data[passes:]

    def _hang_up(self, *ends: socket.socket) -> None:
        with self._lock:
            self._ends = [end for end in self._ends if end not in ends]
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
