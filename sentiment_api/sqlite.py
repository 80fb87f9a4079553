"""SQLite ignores the case of ASCII letters alone. Here it ignores that of all letters, as other
databases do; it folds more than they: `ß` is `ss` (docs/decisions/0157)."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.backends.signals import connection_created


def install() -> None:
    """Let every SQLite connection that is opened from now on ignore the case of all letters."""
    connection_created.connect(_extend, dispatch_uid="sentiment_api.sqlite")


def _extend(connection: Any, **_: Any) -> None:
    if connection.vendor == "sqlite":
        for arguments in (2, 3):
            connection.connection.create_function("like", arguments, like, deterministic=True)


def like(pattern: Any, value: Any, escape: str | None = None) -> bool | None:
    """`value LIKE pattern ESCAPE escape`, without regard to case."""
    if pattern is None or value is None:
        return None
    return _matcher(str(pattern), escape)(str(value).casefold())


@lru_cache(maxsize=256)
def _matcher(pattern: str, escape: str | None) -> Callable[[str], bool]:
    expression, literal = [], False
    for character in pattern:
        if not literal and character == escape:
            literal = True
            continue
        wild = "" if literal else {"%": ".*", "_": "."}.get(character, "")
        expression.append(wild or re.escape(character.casefold()))
        literal = False
    compiled = re.compile("".join(expression), re.DOTALL)
    return lambda text: compiled.fullmatch(text) is not None
