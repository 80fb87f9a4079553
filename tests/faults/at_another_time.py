"""`python -m tests.faults.at_another_time SECONDS COMMAND…`: `manage.py COMMAND…` on a machine
whose clock is so many seconds ahead."""

import sys
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

from django.core.management import execute_from_command_line
from django.utils import timezone

_clock = SimpleNamespace(ahead=0.0)
_now, _seconds, _nanoseconds = timezone.now, time.time, time.time_ns


def set_clock(seconds: float) -> None:
    """Everything that is imported after the first call sees the other time, and every one to
    which the clock is set later."""
    _clock.ahead = seconds
    timezone.now, time.time, time.time_ns = _other_now, _other_seconds, _other_nanoseconds


def _other_now() -> datetime:
    return _now() + timedelta(seconds=_clock.ahead)


def _other_seconds() -> float:
    return float(_seconds() + _clock.ahead)


def _other_nanoseconds() -> int:
    return int(_nanoseconds() + round(_clock.ahead * 10**9))


if __name__ == "__main__":
    set_clock(int(sys.argv[1]))
    execute_from_command_line(["manage.py", *sys.argv[2:]])
