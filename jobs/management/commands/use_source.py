"""`manage.py use_source`"""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from config import history
from config.allowed_hosts import checked
from config.models import DatabaseConfig
from jobs.findings import Level
from jobs.management.spoken import SpokenCommand
from jobs.source.inspection import inspect_source
from jobs.source.switch import SourceChangeRefusedError, activate, refuse_other_source


class Command(SpokenCommand):
    """Read from the source that the environment names."""

    help = "Let the active database connection be the one that SOURCE_DB_* names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--same-data",
            action="store_true",
            help="confirm that it is the same data at a new place",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if "SOURCE_DB_HOST" not in os.environ:
            raise CommandError("SOURCE_DB_HOST is not set: name the source by SOURCE_DB_* first")
        active = DatabaseConfig.objects.filter(is_active=True).first()
        named = DatabaseConfig.objects.filter(name="source").first()
        config = active or named or DatabaseConfig(name="source")
        before = DatabaseConfig.objects.filter(pk=config.pk).first()
        for name, value in settings.SOURCE_DB.items():
            # Encrypted again the same password would look like another one.
            if name != "password" or not config.password.hides(str(value)):
                setattr(config, name, value)
        checked(config.host)
        try:
            if not options["same_data"]:
                refuse_other_source(before, config)
        except SourceChangeRefusedError as error:
            raise CommandError(f"{error}: --same-data") from error
        activate(config, history.command(), same_data=True, how="use_source")
        self.stdout.write(f"Reading from {config.address}.")
        self._look_at(config)

    def _look_at(self, config: DatabaseConfig) -> None:
        """Say what is wrong with it; a script has to see it when it cannot be read."""
        bad = []
        for finding in inspect_source(config):
            told = f"{finding.subject}: {finding.text}"
            if finding.level == Level.BAD:
                bad.append(told)
            elif finding.level:
                self.stdout.write(f"  {told}")
        if bad:
            raise CommandError(f"stored, but it cannot be read: {'; '.join(bad)}")
