"""Who changed what and when: to be looked at, never edited or deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

KINDS = {1: "added", 2: "changed", 3: "deleted"}


@admin.register(LogEntry)
class ChangesAdmin(admin.ModelAdmin[LogEntry]):
    """Every change by hand. As no entry can be deleted, no user who changed something can be:
    take the rights away instead."""

    list_display = ("action_time", "user", "kind", "content_type", "thing", "what")
    list_display_links = None
    list_filter = (
        "action_flag",
        ("content_type", admin.RelatedOnlyFieldListFilter),
        ("user", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "content_type")
    list_per_page = 50
    search_fields = ("object_repr", "change_message", "user__username")
    date_hierarchy = "action_time"
    show_full_result_count = False
    actions = None

    @admin.display(description="done", ordering="action_flag")
    def kind(self, entry: LogEntry) -> str:
        """Added, changed or deleted."""
        return KINDS[entry.action_flag]

    @admin.display(description="to", ordering="object_repr")
    def thing(self, entry: LogEntry) -> str | SafeString:
        """The row, as it was called then; a link where it is still there."""
        address = None if entry.is_deletion() else entry.get_admin_url()
        if not address:
            return entry.object_repr
        return format_html('<a href="{}">{}</a>', address, entry.object_repr)

    @admin.display(description="what")
    def what(self, entry: LogEntry) -> str:
        """Old and new values."""
        return entry.get_change_message() or "-"

    class Media:
        css = {"all": ("config/desk.css",)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, under the name that people look for."""
        return super().changelist_view(request, {"title": "Changes", **(extra_context or {})})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
