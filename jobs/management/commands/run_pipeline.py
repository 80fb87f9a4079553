"""`manage.py run_pipeline`"""

from typing import Any

from django.core.management.base import BaseCommand

from jobs.management.reporting import print_summary, spoken_errors
from jobs.models import Trigger
from jobs.pipeline import execute, open_hourly_run


class Command(BaseCommand):
    """One run now."""

    help = "Read what the hour asks for and compute what is owed, now, without Redis."

    def handle(self, *_args: Any, **_options: Any) -> None:
        run = open_hourly_run(Trigger.COMMAND)
        with spoken_errors(self, run):
            execute(run)
        print_summary(self, run)
