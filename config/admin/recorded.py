"""Pages whose changes are kept with what was there before."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import connection
from django.http import HttpRequest

from config import history


class RecordedAdmin(admin.ModelAdmin[Any]):
    """Keeps who changed what, old and new, without secrets."""

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The row; while it is being saved nobody else changes it."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and connection.in_atomic_block:
            row.refresh_from_db(from_queryset=self.model._default_manager.select_for_update())
        return row

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
