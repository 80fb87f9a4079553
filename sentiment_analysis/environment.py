"""Reads the settings' values from the environment; a wrong one is named, with what is allowed."""

import os
import re
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environ import Env
from redis.connection import parse_url

from config.allowed_hosts import understood

NEW_KEY = (
    '.venv/bin/python -c "from cryptography.fernet import Fernet; '
    'print(Fernet.generate_key().decode())"'
)
MALFORMED = (
    "is no address: write / # ? @ : [ ] % in user names and passwords as %2F %23 %3F %40 %3A %5B "
    "%5D %25"
)
TRUE, FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


def load(usual: str | Path) -> None:
    """Take what the file of ENV_FILE says, or else the usual one if that is there; what the
    environment says already counts more. An empty ENV_FILE: no file."""
    named = os.environ.get("ENV_FILE")
    if named and not Path(named).exists():
        raise ImproperlyConfigured(
            f"ENV_FILE={named!r} is not there: that of the demo is while it runs; leave ENV_FILE "
            "out for .env"
        )
    if file := str(usual) if named is None else named:
        Env.read_env(file, overwrite=False)


def text(name: str, default: str = "") -> str:
    """A text, taken as it stands."""
    return os.environ.get(name, default)


def words(name: str, default: list[str]) -> list[str]:
    """A list, separated by commas."""
    found = text(name, ",".join(default)).split(",")
    return [word.strip() for word in found if word.strip()]


def hosts(name: str) -> list[str]:
    """Names, addresses and networks, separated by commas."""
    found = words(name, [])
    wrong = [entry for entry in found if not understood(entry)]
    if wrong:
        raise ImproperlyConfigured(
            f"{name}: {wrong[0]!r} is no name, address or network such as 10.0.0.0/8 (with no bit "
            "set behind its length): see .env.example"
        )
    return found


def flag(name: str) -> bool:
    """A yes or no; no by default."""
    value = text(name).strip().lower()
    if value not in TRUE + FALSE:
        raise _wrong(name, "is neither 1 nor 0")
    return value in TRUE


def choice(name: str, allowed: tuple[str, ...], default: str) -> str:
    """One of a few words."""
    value = text(name).strip() or default
    if value not in allowed:
        raise _wrong(name, f"is not one of {', '.join(allowed)}")
    return value


def number(name: str, default: int, least: int = 1, most: int = 1_000_000) -> int:
    """A whole number within limits."""
    value = text(name, str(default))
    if not re.fullmatch(r"-?\d+", value.strip()) or not least <= int(value) <= most:
        raise _wrong(name, f"is no whole number from {least} to {most}")
    return int(value)


def rate(name: str, default: str) -> str | None:
    """So many requests in a time, such as 300/minute; None for an empty text: no limit."""
    value = text(name, default).strip()
    if value and not re.fullmatch(r"[1-9]\d*/(second|minute|hour|day)", value):
        raise _wrong(name, "is no rate such as 300/minute (second, minute, hour or day)")
    return value or None


def contact(name: str) -> dict[str, str]:
    """A web or e-mail address, as OpenAPI wants it; empty: none."""
    value = text(name).strip()
    if not value:
        return {}
    if re.fullmatch(r"https?://\S+", value):
        return {"url": value}
    if re.fullmatch(r"[^@\s]+@[^@\s]+", value):
        return {"email": value}
    raise _wrong(name, "is neither a web nor an e-mail address")


def redis_url(name: str, default: str) -> str:
    """The address of a Redis."""
    value = text(name, default)
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise _wrong(name, "does not begin with redis://, rediss:// or unix://", shown=False)
    try:
        parse_url(value)  # type: ignore[no-untyped-call]
    except ValueError:
        raise _wrong(name, MALFORMED, shown=False) from None
    return value


def database(name: str, default: str) -> dict[str, Any]:
    """The address of a database, as Django's settings want it."""
    value = text(name, default)
    if value.partition(":")[0] not in ("sqlite", "postgres", "postgresql"):
        raise _wrong(
            name,
            "is neither sqlite:///file nor postgres://user:password@host:5432/name",
            shown=False,
        )
    try:
        found: dict[str, Any] = Env.db_url_config(value)
    except ValueError:
        raise _wrong(name, MALFORMED, shown=False) from None
    return found


def secret(name: str, advice: str, development: str | None) -> str:
    """A key that must be there, save for development."""
    value = text(name) or development
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set: fill it in in .env (a copy of .env.example). {advice}"
        )
    return value


def token(name: str) -> str:
    """A secret that opens a door by itself: long, or empty for none."""
    value = text(name).strip()
    if value and not re.fullmatch(r"[\x21-\x7e]{20,}", value):
        raise _wrong(name, "has less than 20 characters, or other ones than ASCII", shown=False)
    return value


def fernet_keys(name: str, development: str | None) -> list[str]:
    """Keys that encrypt, separated by commas, the newest first."""
    advice = f"Make one: {NEW_KEY}"
    keys = [key.strip() for key in secret(name, advice, development).split(",")]
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} holds something that is no Fernet key (32 bytes, url-safe base64). {advice}"
        ) from error
    return keys


def _wrong(name: str, what: str, shown: bool = True) -> ImproperlyConfigured:
    value = f"={text(name)!r}" if shown else ""
    return ImproperlyConfigured(f"{name}{value} {what}: see .env.example")
