"""Every try of a connection is kept, as who chooses its host looks into a network: who, where to,
and what came of it."""

from collections.abc import Mapping
from typing import Any, Self

from config.history import LONGEST_VALUE, TRIED, Change, Who, record
from config.models import DatabaseConfig

PLACE = ("host", "port", "database_name", "username")
IT_WORKS = "it works"


class Attempt:
    """A try, kept before it begins: where nothing can be kept nothing is tried, and one that never
    ends has its line too. Of the password nothing is kept."""

    def __init__(self, who: Who, config: DatabaseConfig, where: Mapping[str, Any], how: str = ""):
        self._said = "; ".join(f"{name.replace('_', ' ')}: {where.get(name)}" for name in PLACE)
        self._how = f" ({how})" if how else ""
        name = config.name or f"{where.get('host')}, not stored"
        change = Change(config, TRIED, self._text("not ended"), name)
        (self._entry,) = record(who, [change])

    @classmethod
    def begun(cls, who: Who, config: DatabaseConfig, how: str = "") -> Self:
        """A connection will be tried as it stands, stored or not."""
        return cls(who, config, {name: getattr(config, name) for name in PLACE}, how)

    @classmethod
    def refused(cls, who: Who, config: DatabaseConfig, typed: Mapping[str, Any], why: str) -> Self:
        """What was typed in may not be tried."""
        attempt = cls(who, config, {name: _short(typed.get(name)) for name in PLACE})
        attempt.ended(f"refused: {why}")
        return attempt

    def ended(self, outcome: str) -> None:
        """Add what came of it."""
        self._entry.change_message = self._text(_short(outcome))
        self._entry.save(update_fields=["change_message"])

    def _text(self, outcome: str) -> str:
        return f"{self._said}; outcome: {outcome}{self._how}"


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return "".join(filter(str.isprintable, text))[:LONGEST_VALUE]
