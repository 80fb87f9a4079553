"""Pages whose changes are kept with what was there before."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from config import history


class RecordedAdmin(admin.ModelAdmin[Any]):
    """Keeps who changed what, old and new, without secrets."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and keep what was there before."""
        form.before = history.stored(obj) if change else {}
        super().save_model(request, obj, form, change)

    def construct_change_message(  # type: ignore[override]
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> str:
        """What changed, in words."""
        if add:
            return history.said(form.instance)
        return history.differences(form.before, form.instance)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Saving without a change is no change."""
        return super().log_change(request, obj, message) if message else None

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        """Keep what the rows said."""
        history.record(request.user, map(history.Change.deleted, queryset))
