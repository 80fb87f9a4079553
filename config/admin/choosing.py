"""Actions that are for one row."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest


def only_one(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]
) -> Any:
    """The one chosen row; None, with a word to the user, if it is not one."""
    rows = list(queryset[:2])
    if len(rows) == 1:
        return rows[0]
    model_admin.message_user(request, "Choose exactly one row.", messages.ERROR)
    return None
