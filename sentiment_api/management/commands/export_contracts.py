"""`manage.py export_contracts`"""

from argparse import ArgumentParser
from collections.abc import Callable
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sentiment_api.graphql.contract import as_sdl
from sentiment_api.rest.openapi.document import as_yaml

CONTRACTS: dict[str, Callable[[], str]] = {"openapi.yaml": as_yaml, "schema.graphql": as_sdl}
SHOWN_LINES = 40


class Command(BaseCommand):
    """Write the contracts of the APIs."""

    help = "Write the contracts of the APIs to docs/api/, or check that they are up to date."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; fail where code and file differ"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs" / "api"
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in CONTRACTS.items():
            file = folder / name
            there = file.read_text() if file.exists() else ""
            made = make()
            if there == made:
                self.stdout.write(f"docs/api/{name} is up to date.")
            elif options["check"]:
                self._show_difference(there, made)
                raise CommandError(
                    f"docs/api/{name} differs from the code: run `manage.py export_contracts`, "
                    "read the difference, and commit it"
                )
            else:
                file.write_text(made)
                self.stdout.write(f"docs/api/{name} is written.")

    def _show_difference(self, there: str, made: str) -> None:
        lines = unified_diff(there.splitlines(), made.splitlines(), "file", "code", lineterm="")
        for line in islice(lines, SHOWN_LINES):
            self.stdout.write(line)
