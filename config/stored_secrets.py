"""Every secret that lies in the local database, wherever it is."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models, transaction

from config.secrets import Secret, SecretField, SecretUnreadableError, renew


@dataclass(frozen=True)
class StoredSecret:
    """One secret: the row that holds it, and the name of its field there."""

    row: models.Model
    field: str

    def __str__(self) -> str:
        return f"{self.field} of {self.row._meta.verbose_name} {self.row.pk}, {self.row}"

    @property
    def secret(self) -> Secret:
        """What is stored."""
        found: Secret = getattr(self.row, self.field)
        return found


@dataclass(frozen=True)
class Rotation:
    """How many secrets there are, and how many of them got the newest key just now."""

    stored: int
    renewed: int


def stored_secrets(for_update: bool = False) -> Iterator[StoredSecret]:
    """All that are not empty, of every model."""
    for model in apps.get_models():
        names = [field.name for field in model._meta.fields if isinstance(field, SecretField)]
        if not names:
            continue
        rows = model._default_manager.order_by("pk")
        for row in rows.select_for_update() if for_update else rows:
            yield from (StoredSecret(row, name) for name in names if getattr(row, name))


def unreadable() -> list[StoredSecret]:
    """The secrets that none of the keys opens."""
    return [stored for stored in stored_secrets() if _renewed(stored) is None]


def outdated() -> int:
    """How many secrets an older key than the newest opens."""
    tokens = [(stored.secret.token, _renewed(stored)) for stored in stored_secrets()]
    return sum(1 for token, renewed in tokens if renewed not in (None, token))


@transaction.atomic
def rotate() -> Rotation:
    """Encrypt every secret with the newest key. What has it already stays as it is.

    Raises SecretUnreadableError, which names the rows, when there are secrets that no key
    opens; nothing is written then.
    """
    closed, changed, count = [], 0, 0
    for stored in stored_secrets(for_update=True):
        count += 1
        token = _renewed(stored)
        if token is None:
            closed.append(stored)
        elif token != stored.secret.token:
            rows = type(stored.row)._default_manager.filter(pk=stored.row.pk)
            changed += rows.update(**{stored.field: Secret(token)})
    if closed:
        raise SecretUnreadableError(
            f"no key of FIELD_ENCRYPTION_KEY opens: {'; '.join(map(str, closed))}. Nothing was "
            "changed. Put the key it was encrypted with behind the others, after a comma, or enter "
            "the password again in the admin"
        )
    return Rotation(stored=count, renewed=changed)


def _renewed(stored: StoredSecret) -> str | None:
    try:
        return renew(stored.secret.token)
    except SecretUnreadableError:
        return None
