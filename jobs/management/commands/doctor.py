"""`manage.py doctor`"""

from typing import Any

from jobs.doctor import examine
from jobs.findings import Level
from jobs.management.spoken import SpokenCommand

SIGNS = {Level.GOOD: "ok   ", Level.DOUBTFUL: "look ", Level.BAD: "BAD  "}


class Command(SpokenCommand):
    """Say what is wrong."""

    help = "Say what is wrong with settings, databases, Redis, schedules and data, and what to do."

    def handle(self, *_args: Any, **_options: Any) -> None:
        styles = {
            Level.GOOD: self.style.SUCCESS,
            Level.DOUBTFUL: self.style.WARNING,
            Level.BAD: self.style.ERROR,
        }
        worst = Level.GOOD
        for finding in examine():
            worst = max(worst, finding.level)
            self.stdout.write(
                f"{styles[finding.level](SIGNS[finding.level])} {finding.subject}: {finding.text}"
            )
        if worst == Level.BAD:
            raise SystemExit(1)
