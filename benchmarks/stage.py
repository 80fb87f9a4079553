"""What benchmarks stand on: servers and data that are made when first needed, and kept until the
end of the run."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

Thing = TypeVar("Thing")


class Stage:
    """A folder of its own, and everything that was put up in it."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        """Emptied at the end."""
        self.cache = cache
        """Kept: peers and their packages."""
        self._ends = ExitStack()
        self._there: dict[Callable[[Stage], Any], Any] = {}

    def have(self, maker: Callable[["Stage"], AbstractContextManager[Thing]]) -> Thing:
        """The thing; the first call puts it up."""
        if maker not in self._there:
            self._there[maker] = self._ends.enter_context(maker(self))
        found: Thing = self._there[maker]
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.__exit__(kind, error, trace)
