"""`python -m tests.faults.at_another_time CLOCK COMMAND…`: `manage.py COMMAND…` on a machine whose
clock is CLOCK seconds ahead. CLOCK may be a file that holds the number: whoever writes it sets the
clock of the living process."""

import datetime
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

_datetime = datetime.datetime
_clock = SimpleNamespace(ahead=0.0)
_seconds, _nanoseconds = time.time, time.time_ns


def set_clock(ahead: float | Path) -> None:
    """Everything that is imported after the first call sees the other time, and every one to
    which the clock is set later."""
    _clock.ahead = ahead
    time.time, time.time_ns = _other_seconds, _other_nanoseconds
    datetime.datetime = _OtherDatetime  # type: ignore[misc]


def _ahead() -> float:
    return float(_clock.ahead.read_text() if isinstance(_clock.ahead, Path) else _clock.ahead)


def _other_seconds() -> float:
    return float(_seconds() + _ahead())


def _other_nanoseconds() -> int:
    return int(_nanoseconds() + round(_ahead() * 10**9))


class _Kind(type):
    """What is made is a datetime like all others, and all others are of this kind."""

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        return _datetime(*arguments, **named)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _datetime)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, _datetime)


class _OtherDatetime(_datetime, metaclass=_Kind):
    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Any:
        return _datetime.fromtimestamp(_other_seconds(), tz)

    @classmethod
    def utcnow(cls) -> Any:
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Any:
        return cls.now()


if __name__ == "__main__":
    named = sys.argv[1]
    set_clock(Path(named) if Path(named).exists() else int(named))
    from django.core.management import execute_from_command_line

    execute_from_command_line(["manage.py", *sys.argv[2:]])
