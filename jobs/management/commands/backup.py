"""`manage.py backup`"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from jobs.backup import BackupError, make, thin_out
from jobs.management.spoken import SpokenCommand


class Command(SpokenCommand):
    """Copy the local database."""

    help = "Copy the local database into a folder, while everything goes on; the copy is checked."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", help="where the copy goes (default: BACKUP_DIR)")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="delete all copies there but the newest N"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = options["folder"] or settings.BACKUP_DIR
        if not folder:
            raise CommandError("Name a folder, or set BACKUP_DIR.")
        if options["keep"] is not None and options["keep"] < 1:
            raise CommandError(f"--keep {options['keep']}: at least 1 copy is kept")
        try:
            backup = make(Path(folder))
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{backup.file}: {backup.size:,} bytes, checked.")
        if options["keep"]:
            for old in thin_out(Path(folder), options["keep"]):
                self.stdout.write(f"  deleted {old.file.name}")
