"""`manage.py setup_schedules`"""

from typing import Any

from jobs import schedules
from jobs.management.spoken import SpokenCommand


class Command(SpokenCommand):
    """Register the schedules."""

    help = "Register the schedules in Redis; running it twice changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for change in schedules.register() or ["Nothing to change."]:
            self.stdout.write(change)
