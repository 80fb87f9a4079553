"""Windows: to be looked at, never edited."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from jobs.models import Window
from sentiment_api.admin import ReadOnlyAdmin


@admin.register(Window)
class WindowAdmin(ReadOnlyAdmin):
    """Every covered window."""

    list_display = (
        "window_start",
        "reports",
        "rejected",
        "read_at",
        "covered_at",
        "segments_owed",
        "totals_owed",
    )
    list_filter = ("segments_owed", "totals_owed")
    date_hierarchy = "window_start"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Window]:
        """Newest first."""
        return super().get_queryset(request).order_by("-window_start")
