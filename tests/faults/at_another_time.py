"""`python -m tests.faults.at_another_time SECONDS COMMAND…`: `manage.py COMMAND…` on a machine
whose clock is so many seconds ahead."""

import sys
import time
from datetime import datetime, timedelta

from django.core.management import execute_from_command_line
from django.utils import timezone


def set_clock(seconds: int) -> None:
    """Everything that is imported from now on sees the other time."""
    now, seconds_since, nanoseconds_since = timezone.now, time.time, time.time_ns

    def shifted() -> datetime:
        return now() + timedelta(seconds=seconds)

    timezone.now = shifted
    time.time = lambda: seconds_since() + seconds
    time.time_ns = lambda: nanoseconds_since() + seconds * 10**9


if __name__ == "__main__":
    set_clock(int(sys.argv[1]))
    execute_from_command_line(["manage.py", *sys.argv[2:]])
