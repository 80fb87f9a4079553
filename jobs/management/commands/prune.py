"""`manage.py prune`"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from jobs import retention
from jobs.management.spoken import SpokenCommand


class Command(SpokenCommand):
    """Delete what is old."""

    help = "Say what is older than an age, and delete it with --yes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--superseded-older-than",
            type=int,
            metavar="DAYS",
            help="rows that a newer revision replaced before that",
        )
        parser.add_argument(
            "--windows-older-than",
            type=int,
            metavar="DAYS",
            help="whole windows that started before that, with all that belongs to them alone",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say it (the default)")
        parser.add_argument("--yes", action="store_true", help="delete it; there is no way back")

    def handle(self, *_args: Any, **options: Any) -> None:
        ages = options["superseded_older_than"], options["windows_older_than"]
        if ages == (None, None):
            raise CommandError("Name an age: --superseded-older-than or --windows-older-than DAYS.")
        if options["yes"] and options["dry_run"]:
            raise CommandError("--yes and --dry-run: choose one of them.")
        try:
            asked = retention.limits(timezone.now(), *ages)
            if options["yes"]:
                self.run = retention.prune(asked, self._say)
            else:
                retention.refuse_while_at_work(asked)
                for part in retention.doomed(asked):
                    self._say(part.name, part.count())
        except retention.PruneRefusedError as error:
            raise CommandError(f"Nothing is deleted: {error}.") from error
        if self.run:
            self.stdout.write(f"Deleted; kept in the ledger as run {self.run.run_id}.")
        else:
            self.stdout.write("Nothing is deleted yet: make a backup, then add --yes.")

    def _say(self, name: str, rows: int) -> None:
        self.stdout.write(f"{rows:>12,} {name}")
