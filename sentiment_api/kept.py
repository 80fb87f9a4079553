"""What was worked out before, kept in the memory of this process while the data have the same
version. Each process keeps its own: nothing has to be told to anybody when the data change."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from django.conf import settings
from django.db import connection

from sentiment_api.version import current_version

Value = TypeVar("Value")

_LARGEST_SHARE = 8
"""No value takes more than this part of the room: it would drive out all others."""


class Kept(Generic[Value]):
    """Values by key, up to so much room; what was not asked for longest goes first."""

    def __init__(self, room: int) -> None:
        self._room = self._left = room
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._alone = Lock()

    def get(self, key: Hashable) -> Value | None:
        """The value, if it is still there."""
        with self._alone:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key][0]

    def put(self, key: Hashable, value: Value, size: int = 1) -> None:
        """Keep a value that takes so much room."""
        if size * _LARGEST_SHARE > self._room or not may_be_kept():
            return
        with self._alone:
            self._drop(key)
            self._values[key] = (value, size)
            self._left -= size
            while self._left < 0:
                self._drop(next(iter(self._values)))

    def clear(self) -> None:
        """Forget everything."""
        with self._alone:
            self._values.clear()
            self._left = self._room

    def _drop(self, key: Hashable) -> None:
        if key in self._values:
            self._left += self._values.pop(key)[1]


@dataclass(frozen=True)
class KeptAnswer:
    """The body of an answer, and what its headers say."""

    body: bytes
    content_type: str
    notice: str | None = None

    @property
    def size(self) -> int:
        """Bytes, with what keeping it takes besides."""
        return len(self.body) + 1000


ANSWERS: Kept[KeptAnswer] = Kept(settings.KEPT_ANSWERS_MB * 2**20)
"""By the tag of the answer, which rises with the version, and whatever else the body depends on."""

_FACTS: Kept[tuple[object]] = Kept(10_000)


def may_be_kept() -> bool:
    """A transaction may see what is never committed, under a version that others get, too."""
    return not connection.in_atomic_block


def while_unchanged(name: Hashable, make: Callable[[], Value]) -> Value:
    """A small fact about the data, worked out once for each of their versions."""
    if not may_be_kept():
        return make()
    key = (current_version(), name)
    found = _FACTS.get(key)
    if found is None:
        found = (make(),)
        _FACTS.put(key, found)
    value: Value = found[0]  # type: ignore[assignment]
    return value


def forget() -> None:
    """Forget everything that is kept."""
    ANSWERS.clear()
    _FACTS.clear()
