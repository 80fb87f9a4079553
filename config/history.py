"""Who changed what and when, for everything that changes scores: kept in Django's log of changes,
whichever face a change came through. Connections that were tried are kept there, too."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self, cast

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import AutoField, DateTimeField, Field, Model

from config.secrets import SecretField

LONGEST_VALUE = 200
TRIED = 4
"""The kind of what was tried and changes nothing; Django's own go up to 3."""
COMMAND = "manage.py"
"""The name under which changes by commands are kept."""

Who = AbstractBaseUser | AnonymousUser
Values = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What happened to one row, in words."""

    row: Model
    kind: int
    text: str
    name: str = ""
    """What the row is called in the history, if not by what it says of itself."""

    @classmethod
    def added(cls, row: Model) -> Self:
        """A new row, with what it says."""
        return cls(row, ADDITION, said(row))

    @classmethod
    def edited(cls, before: Values, row: Model) -> Self:
        """A row that said something else before; see `values`."""
        return cls(row, CHANGE, differences(before, row))

    @classmethod
    def deleted(cls, row: Model) -> Self:
        """A row that is no more, with what it said."""
        return cls(row, DELETION, said(row))


def record(who: Who, changes: Iterable[Change], how: str = "") -> list[LogEntry]:
    """Keep changes; `how` is added to what they say. Where nothing changed nothing is kept."""
    return LogEntry.objects.bulk_create(
        LogEntry(
            user_id=cast(int, who.pk),
            content_type=ContentType.objects.get_for_model(change.row),
            object_id=str(change.row.pk or ""),
            object_repr=(change.name or str(change.row))[:200],
            action_flag=change.kind,
            change_message=f"{change.text} ({how})" if how else change.text,
        )
        for change in changes
        if change.text
    )


def command() -> User:
    """Who acts when a command does: nobody can sign in by that name."""
    user, made = User.objects.get_or_create(username=COMMAND, defaults={"is_active": False})
    if made:
        user.set_unusable_password()
        user.save()
    return user


def values(row: Model) -> Values:
    """What a row says now."""
    return {field.name: field.value_from_object(row) for field in _fields(row)}


def stored(row: Model) -> Values:
    """What the database says of a row now, and goes on to say until the transaction ends; nothing
    for one that is not there."""
    there = type(row)._default_manager.select_for_update().filter(pk=row.pk).first()
    return values(there) if there else {}


def differences(before: Values, row: Model) -> str:
    """What a row says now and did not say before, old -> new. Of secrets only that they changed."""
    now = values(row)
    return "; ".join(
        f"{field.verbose_name}: set anew"
        if isinstance(field, SecretField)
        else f"{field.verbose_name}: {_shown(field, before[field.name])} → "
        f"{_shown(field, now[field.name])}"
        for field in _fields(row)
        if field.name in before and before[field.name] != now[field.name]
    )


def said(row: Model) -> str:
    """What a row says, in words, without secrets."""
    return "; ".join(
        f"{field.verbose_name}: {_shown(field, value)}"
        for field in _fields(row)
        if (value := field.value_from_object(row)) not in (None, "", {}) and value is not False
    )


def _fields(row: Model) -> list[Field[Any, Any]]:
    """What people decide: no keys, no times of the bookkeeping."""
    return [
        field
        for field in row._meta.concrete_fields
        if not isinstance(field, AutoField | DateTimeField)
    ]


def _shown(field: Field[Any, Any], value: Any) -> str:
    if isinstance(field, SecretField):
        return "set" if value else "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value in (None, ""):
        return "nothing"
    if isinstance(value, float):
        return f"{value:g}"
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
