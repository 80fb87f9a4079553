"""The demo's own folder: keys, databases, logs. Nothing else on the machine is written to."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cryptography.fernet import Fernet

from demo.servers import write_private

ROOT = Path(__file__).resolve().parents[1]

# What every demo makes before anything else, in this order.
_RUNNING, _SECRETS = "running", "secrets.json"


class DemoError(RuntimeError):
    """Why the demo cannot go on, in one line for a person."""


@dataclass(frozen=True)
class Secrets:
    """Generated once, kept in `secrets.json` with mode 600."""

    secret_key: str
    field_encryption_key: str
    admin_password: str
    reader_password: str


class State:
    """The folder of one demo, held by one running demo at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with suppress(FileExistsError):
            folder.mkdir(parents=True)
            # To be passed through, not looked into: as root, PostgreSQL runs as another user.
            folder.chmod(0o711)
        self._lock: TextIO | None = None

    @classmethod
    def from_environment(cls) -> "State":
        """In `DEMO_HOME`, or `.demo` of the work tree."""
        return cls(Path(os.environ.get("DEMO_HOME") or ROOT / ".demo").absolute())

    @property
    def database(self) -> Path:
        """The local SQLite database."""
        return self.folder / "local.sqlite3"

    @property
    def backfilled(self) -> bool:
        """Whether the history was computed to its end."""
        return self._mark.exists() and self.database.exists()

    def note_backfilled(self) -> None:
        self._mark.touch()

    def hold(self, address: str) -> None:
        """Keep other demos out of this folder until this process ends. Raises DemoError, also
        where the folder holds what no demo has made."""
        if not self._is_of_a_demo():
            raise DemoError(
                f"{self.folder} is of no demo: DEMO_HOME has to name an empty folder, or one that "
                "a demo has made."
            )
        file = (self.folder / _RUNNING).open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            where = file.read().strip()
            file.close()
            raise DemoError(f"The demo runs already in this folder: {where}") from None
        file.truncate(0)
        file.write(address)
        file.flush()
        self._lock = file

    def secrets(self) -> Secrets:
        """The keys and passwords, made at the first start."""
        file = self.folder / _SECRETS
        if not file.exists():
            made = {
                "secret_key": secrets.token_urlsafe(50),
                "field_encryption_key": Fernet.generate_key().decode(),
                "admin_password": secrets.token_urlsafe(12),
                "reader_password": secrets.token_urlsafe(24),
            }
            write_private(file, json.dumps(made, indent=2) + "\n")
        try:
            return Secrets(**json.loads(file.read_text()))
        except (ValueError, TypeError):
            raise DemoError(f"{file} is damaged: remove {self.folder} to start afresh") from None

    @contextmanager
    def shared(self, settings: dict[str, str]) -> Iterator[Path]:
        """A file of settings for commands beside the running demo, as ENV_FILE. Other ones hold the
        next time."""
        file = self.folder / "env"
        write_private(file, "".join(f"{name}='{value}'\n" for name, value in settings.items()))
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)

    def _is_of_a_demo(self) -> bool:
        if not self.folder.is_dir():
            return False
        names = {file.name for file in self.folder.iterdir()}
        return names <= {_RUNNING} or names >= {_RUNNING, _SECRETS}

    @property
    def _mark(self) -> Path:
        return self.folder / "backfilled"
