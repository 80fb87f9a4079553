"""Encryption of secrets that have to lie in the local database."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute


class SecretUnreadableError(Exception):
    """A stored secret was encrypted with a key that is no longer in FIELD_ENCRYPTION_KEY."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEY must hold Fernet keys (32 bytes, url-safe base64), "
            "separated by commas, the newest first."
        ) from error


def encrypt(text: str) -> str:
    """Encrypt with the newest key."""
    return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS)).encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Decrypt with any of the keys; SecretUnreadableError when none fits."""
    try:
        return _fernet(tuple(settings.FIELD_ENCRYPTION_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise SecretUnreadableError(
            "a stored password was encrypted with another FIELD_ENCRYPTION_KEY: "
            "put that key back (behind the new one, after a comma) or enter the password again"
        ) from error


def renew(token: str) -> str:
    """The same secret, encrypted with the newest key; the token itself when it already is.

    Raises SecretUnreadableError when no key fits.
    """
    newest = _fernet((settings.FIELD_ENCRYPTION_KEYS[0],))
    try:
        newest.decrypt(token.encode())
    except InvalidToken:
        return encrypt(decrypt(token))
    return token


class Secret:
    """A decrypted-on-demand secret that never shows itself in repr, str or logs."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __repr__(self) -> str:
        return "Secret('***')" if self.token else "Secret('')"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.token == self.token

    def __hash__(self) -> int:
        return hash(self.token)

    def reveal(self) -> str:
        """The secret in clear, for the one place that needs it."""
        return decrypt(self.token) if self.token else ""

    def hides(self, text: str) -> bool:
        """Is this the secret in clear? Not when no key opens it."""
        try:
            return self.reveal() == text
        except SecretUnreadableError:
            return False


class _SecretAttribute(DeferredAttribute):
    """Turns what is assigned into a `Secret` at once: no model holds it in clear."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class SecretField(models.TextField[Secret | str, Secret]):
    """Text that is encrypted when assigned and read as a `Secret`."""

    descriptor_class = _SecretAttribute

    def from_db_value(self, value: str | None, *_: Any) -> Secret:
        return Secret(value or "")

    def to_python(self, value: Any) -> Secret:
        if isinstance(value, Secret):
            return value
        return Secret(encrypt(str(value)) if value else "")

    def get_prep_value(self, value: Any) -> str:
        return self.to_python(value).token

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))
