"""How single values are read. Every message says what is allowed."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from sentiment_api.times import parse_time

BIGGEST = 2**63 - 1
TEXT_LENGTH = 100
MOST_WORDS = 8


class TextField(forms.CharField):
    """A name or a part of one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=TEXT_LENGTH, **kwargs)


class WordsField(TextField):
    """Words to search for, each of them once: to look for one in every row is not for nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def clean(self, value: Any) -> list[str]:
        words = list({word.lower(): word for word in super().clean(value).split()}.values())
        if len(words) > MOST_WORDS:
            raise ValidationError(
                f"{len(words)} words are too many to search for; at most {MOST_WORDS}."
            )
        return words


class TimeField(forms.Field):
    """A point in time."""

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        try:
            return parse_time(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error


class IdField(forms.Field):
    """The id of a customer in the source: a whole number of 64 bits."""

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        return parse_id(str(value).strip())


def parse_id(text: str) -> int:
    """A whole number of 64 bits; ValidationError says what is allowed."""
    if re.fullmatch(r"-?[0-9]{1,19}", text):
        number = int(text)
        if -BIGGEST <= number <= BIGGEST:
            return number
    raise ValidationError(f"{text[:60]!r} is no id: ids are whole numbers up to {BIGGEST}.")


class ShareField(forms.Field):
    """A number from 0 to 1."""

    def to_python(self, value: Any) -> float | None:
        if value in self.empty_values:
            return None
        try:
            # Python reads 0_1 as 1.
            number = float(value) if "_" not in str(value) else -1.0
        except ValueError:
            number = -1.0
        if not 0 <= number <= 1:
            raise ValidationError(f"{str(value)[:60]!r} is no number from 0 to 1.")
        return number


class YesNoField(forms.Field):
    """True or false."""

    def to_python(self, value: Any) -> bool | None:
        if value in self.empty_values or isinstance(value, bool):
            return value if isinstance(value, bool) else None
        if value not in ("true", "false"):
            raise ValidationError(f"{str(value)[:60]!r} is unknown; allowed: true, false.")
        return str(value) == "true"


class OneOfField(forms.Field):
    """One of a few words."""

    def __init__(self, *, words: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(words)

    def to_python(self, value: Any) -> str | None:
        if value in self.empty_values:
            return None
        if value not in self.words:
            raise ValidationError(
                f"{str(value)[:60]!r} is unknown; allowed: {', '.join(self.words)}."
            )
        return str(value)


class OrderingField(forms.Field):
    """Names to order by, the first one first, separated by commas; `-` turns one round."""

    def __init__(self, *, names: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = tuple(word for name in names for word in (name, f"-{name}"))

    def to_python(self, value: Any) -> list[str]:
        if value in self.empty_values:
            return []
        words = [word.strip() for word in str(value).split(",")]
        for word in words:
            if word not in self.words:
                raise ValidationError(
                    f"{word[:60]!r} is unknown; allowed: {', '.join(self.words)}."
                )
        if len(set(words)) < len(words):
            raise ValidationError("Each name is given once.")
        return words
