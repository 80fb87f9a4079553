"""Windows: to be looked at, as a list and as a calendar, never edited."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.admin.pages import page, require_view
from jobs import calendar
from jobs.admin.asking import may_ask
from jobs.admin.showing import hour_input
from jobs.calendar import MEANINGS, Cover, Day, Hour
from jobs.models import Reprocess, Window
from sentiment_api.admin import ReadOnlyAdmin

CSS = {
    Cover.COMPLETE: "complete",
    Cover.OWES: "owes",
    Cover.FAILED: "failed",
    Cover.MISSING: "missing",
    Cover.BEFORE: "before",
    Cover.FUTURE: "future",
}
SIGNS = {
    Cover.COMPLETE: "✓",
    Cover.OWES: "…",
    Cover.FAILED: "✗",
    Cover.MISSING: "○",
    Cover.BEFORE: "·",
    Cover.FUTURE: "",
}


@admin.register(Window)
class WindowAdmin(ReadOnlyAdmin):
    """Every covered window."""

    list_display = (
        "window_start",
        "reports",
        "rejected",
        "read_at",
        "owes",
    )
    list_filter = ("segments_owed", "totals_owed")
    date_hierarchy = "window_start"
    change_list_template = "jobs/windows.html"

    @admin.display(description="still to be computed")
    def owes(self, window: Window) -> SafeString:
        """What rests on the window and is not computed yet."""
        owed = {
            "scores": getattr(window, "scores_owed", False),
            "segments": window.segments_owed,
            "totals": window.totals_owed,
        }
        names = ", ".join(name for name, is_owed in owed.items() if is_owed)
        return format_html(
            '<span class="sign {}">{}</span>', "busy" if names else "good", names or "nothing"
        )

    def get_queryset(self, _request: HttpRequest) -> QuerySet[Window]:
        """Newest first, with whether a score is owed."""
        return Window.objects.with_owed_scores().order_by("-window_start")

    def get_urls(self) -> list[URLPattern]:
        """Also the calendar."""
        view = self.admin_site.admin_view(self.calendar)
        return [path("calendar/", view, name="jobs_window_calendar"), *super().get_urls()]

    def calendar(self, request: HttpRequest) -> HttpResponse:
        """A month of windows, by day and hour."""
        require_view(self, request)
        now = timezone.now()
        newest = calendar.newest_month(now)
        first = _month(request.GET.get("month", "")) or newest
        month = calendar.month_of(first, now)
        asks = may_ask(request)
        return page(
            self,
            request,
            "jobs/calendar.html",
            f"Windows of {first:%B %Y}",
            month=month,
            hours=range(24),
            days=[
                (
                    day,
                    _repair(day) if asks and day.begun else "",
                    [_cell(hour, asks) for hour in day.hours],
                )
                for day in month.days
            ],
            legend=[
                (CSS[cover], SIGNS[cover], cover, MEANINGS[cover], month.counts[cover])
                for cover in Cover
            ],
            picks=_picks(first, newest, calendar.oldest_month(now)),
            may_ask=asks,
        )


def _month(text: str) -> date | None:
    """The month that an address names; 404 where it names none."""
    if not text:
        return None
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Http404(f"{text[:20]!r} is no month such as 2026-01.") from error
    if not calendar.EARLIEST <= first <= calendar.LATEST:
        raise Http404("Only the months of 1970 to 9999 can be shown.")
    return first


def _picks(first: date, newest: date, oldest: date) -> list[tuple[str, str]]:
    months = {
        "◂ Month before": calendar.previous_month(first),
        "Month after ▸": calendar.next_month(first),
        "First": oldest,
        "Newest": newest,
    }
    return [
        (name, f"?month={month:%Y-%m}")
        for name, month in months.items()
        if calendar.EARLIEST <= month <= calendar.LATEST
    ]


def _cell(hour: Hour, asks: bool) -> tuple[Hour, str, str, str]:
    """A window, its class and sign, and where a click leads."""
    address = _repair(hour) if asks and hour.cover != Cover.FUTURE else ""
    return hour, CSS[hour.cover], SIGNS[hour.cover], address


def _repair(span: Day | Hour) -> str:
    """Where a day or an hour is repaired: what is missing or failed; all of it if nothing is."""
    hours = span.hours if isinstance(span, Day) else [span]
    covers = {hour.cover for hour in hours}
    if covers <= {Cover.COMPLETE, Cover.FUTURE}:
        mode = Reprocess.ALL
    else:
        mode = Reprocess.FAILED if Cover.FAILED in covers else Reprocess.NONE
    query = {"start": hour_input(span.start), "end": hour_input(span.end), "reprocess": mode}
    return f"{reverse('admin:jobs_pipelinerun_repair')}?{urlencode(query)}"
