"""What a check found, in words."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Self


class Level(IntEnum):
    """How bad a finding is."""

    GOOD = 0
    DOUBTFUL = 1
    BAD = 2


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what, how it is, and (if it is not good) what to do."""

    level: Level
    subject: str
    text: str

    @classmethod
    def good(cls, subject: str, text: str) -> Self:
        """All is well."""
        return cls(Level.GOOD, subject, text)

    @classmethod
    def doubtful(cls, subject: str, text: str) -> Self:
        """It works, and someone should look at it."""
        return cls(Level.DOUBTFUL, subject, text)

    @classmethod
    def bad(cls, subject: str, text: str) -> Self:
        """It does not work."""
        return cls(Level.BAD, subject, text)
