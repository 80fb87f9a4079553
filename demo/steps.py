"""One short line for each thing that was done, with its time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(what: str) -> Iterator[list[str]]:
    """Print `what` and how long it took, once it is done. What is put in the list is added."""
    began = time.monotonic()
    details: list[str] = []
    yield details
    line = ", ".join([what, *details])
    print(f"{time.monotonic() - began:7.1f} s  {line}", flush=True)
