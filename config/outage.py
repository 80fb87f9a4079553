"""Servers that are away for a while: said once when they go, and once when they are back."""

import logging
import threading
import time
from dataclasses import dataclass, field


def in_words(error: Exception) -> str:
    """What an error says, in one line that advice can follow."""
    return " ".join(str(error).split()).rstrip(".")


@dataclass
class Outage:
    """What this process knows of a server that may be away. Meanwhile, one caller in
    `ask_again_after` seconds finds out whether it is back; the others need not wait for it."""

    name: str
    meanwhile: str
    logger: logging.Logger
    ask_again_after: float = 0.0
    _until: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spares(self) -> bool:
        """Is the server known to be away, and was it asked a moment ago?"""
        with self._lock:
            if self._until is None:
                return False
            now = time.monotonic()
            if now < self._until:
                return True
            self._until = now + self.ask_again_after
            return False

    def begin(self, error: Exception) -> None:
        """The server does not answer."""
        with self._lock:
            first = self._until is None
            self._until = time.monotonic() + self.ask_again_after
        if first:
            self.logger.warning(
                "%s is away: %s; meanwhile %s", self.name, in_words(error), self.meanwhile
            )

    def end(self) -> None:
        """The server answers."""
        with self._lock:
            away, self._until = self._until is not None, None
        if away:
            self.logger.warning("%s is back", self.name)
