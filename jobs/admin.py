"""The ledger and the windows: to be looked at, never edited."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from jobs.models import PipelineRun, Window
from sentiment_api.admin import ReadOnlyAdmin


@admin.register(PipelineRun)
class PipelineRunAdmin(ReadOnlyAdmin):
    """Every run of the pipeline."""

    list_display = (
        "created_at",
        "trigger",
        "shown_state",
        "range_start",
        "range_end",
        "windows",
        "rows_read",
        "rows_written",
        "rows_rejected",
        "shown_duration",
        "error",
    )
    list_filter = ("status", "trigger")
    date_hierarchy = "created_at"

    @admin.display(description="state", ordering="status")
    def shown_state(self, run: PipelineRun) -> str:
        """The state, lost runs included."""
        return run.state

    @admin.display(description="windows")
    def windows(self, run: PipelineRun) -> str:
        """Done and planned."""
        return f"{run.windows_done} of {run.windows_planned}"

    @admin.display(description="duration")
    def shown_duration(self, run: PipelineRun) -> str:
        """Seconds, when it is over."""
        return f"{run.duration.total_seconds():.1f} s" if run.duration else "-"


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
