"""`manage.py run_pipeline`"""

from typing import Any

from jobs.management.spoken import SpokenCommand
from jobs.models import Trigger
from jobs.pipeline import execute, open_hourly_run


class Command(SpokenCommand):
    """One run now."""

    help = "Read what the hour asks for and compute what is owed, now, without Redis."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.run = open_hourly_run(Trigger.COMMAND)
        execute(self.run)
        self.summarise(self.run)
