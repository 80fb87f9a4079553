"""The clock of living processes, which a test sets."""

from datetime import timedelta
from pathlib import Path

from django.utils import timezone

from tests.demo.waiting import wait_for


def begin_early_in_the_hour() -> None:
    """What follows does not pass from one hour to the next."""
    a_while = timedelta(seconds=45)
    assert wait_for(lambda: (timezone.now() + a_while).hour == timezone.now().hour, 60)


class Clock:
    """Right at first. `file` is what processes are given that go by it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.is_ahead(0)

    def is_ahead(self, seconds: float) -> None:
        """Of ours, from now on. Nobody finds half of a number."""
        new = self.file.with_suffix(".new")
        new.write_text(str(seconds))
        new.rename(self.file)
