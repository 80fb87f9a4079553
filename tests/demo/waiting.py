"""Wait for what other processes do."""

import time
from collections.abc import Callable


def wait_for(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether `true()` became true within the time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False
