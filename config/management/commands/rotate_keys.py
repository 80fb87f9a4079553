"""`manage.py rotate_keys`"""

from typing import Any

from config.stored_secrets import rotate
from jobs.management.spoken import SpokenCommand


class Command(SpokenCommand):
    """Encrypt stored secrets anew."""

    help = "Encrypt every stored password with the first key of FIELD_ENCRYPTION_KEY."

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = rotate()
        self.stdout.write(
            f"{done.renewed} of {done.stored} stored passwords encrypted anew; all of them have "
            "the first key of FIELD_ENCRYPTION_KEY now."
        )
