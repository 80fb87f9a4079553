"""Who changed what and when: to be looked at, never edited or deleted."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.history import TRIED

KINDS = {1: "added", 2: "changed", 3: "deleted", TRIED: "tried"}


class KindFilter(admin.SimpleListFilter):
    """By what was done, tries included."""

    title = "what was done"
    parameter_name = "action_flag__exact"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        """What can be done."""
        return [(str(kind), word) for kind, word in KINDS.items()]

    def queryset(self, _request: HttpRequest, entries: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        """The entries of a kind; all without one that is known."""
        known = [kind for kind in KINDS if self.value() == str(kind)]
        return entries.filter(action_flag=known[0]) if known else entries


@admin.register(LogEntry)
class ChangesAdmin(admin.ModelAdmin[LogEntry]):
    """Every change by hand, and every try of a connection. As no entry can be deleted, no user who
    changed something can be: take the rights away instead."""

    list_display = ("when", "what")
    list_display_links = None
    list_filter = (
        KindFilter,
        ("content_type", admin.RelatedOnlyFieldListFilter),
        ("user", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("user", "content_type")
    list_per_page = 50
    search_fields = ("object_repr", "change_message", "user__username")
    date_hierarchy = "action_time"
    show_full_result_count = False
    actions = None

    @admin.display(description="when and who", ordering="action_time")
    def when(self, entry: LogEntry) -> SafeString:
        """When, and by whom."""
        return format_html(
            '<div class="nowrap">{}Z</div><strong>{}</strong>',
            f"{entry.action_time:%Y-%m-%d %H:%M}",
            entry.user.get_username(),
        )

    @admin.display(description="what", ordering="object_repr")
    def what(self, entry: LogEntry) -> SafeString:
        """What was added, changed, deleted or tried, as it was called then (with a link where it
        may still be there), and old and new values."""
        address = None if entry.is_deletion() else entry.get_admin_url()
        link = '<a href="{2}">{3}</a>' if address else "{3}"
        return format_html(
            '{0} <span class="quiet-note">{1}</span> ' + link + '<div class="values">{4}</div>',
            KINDS[entry.action_flag],
            entry.content_type.name if entry.content_type else "",
            address,
            entry.object_repr,
            entry.get_change_message(),
        )

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
