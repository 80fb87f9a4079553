"""Runs: listed, followed, asked for."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from config.admin.pages import page, require_view
from jobs import words
from jobs.admin.asking import may_ask, now_view, recompute_view, repair_view, stop_view
from jobs.admin.pipeline import pipeline_view
from jobs.admin.showing import hour_input, said_state, sign
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger
from jobs.models.run import OPEN
from jobs.pipeline import STEPS
from jobs.plan import DAILY_REREAD_HOURS, REREAD_HOURS
from sentiment_api.admin import ReadOnlyAdmin

REFRESH_SECONDS = 3


@admin.register(PipelineRun)
class PipelineRunAdmin(ReadOnlyAdmin):
    """Every run of the pipeline."""

    list_display = (
        "created_at",
        "shown_state",
        "shown_range",
        "rows",
    )
    list_filter = ("status", "trigger")
    date_hierarchy = "created_at"
    change_list_template = "jobs/runs.html"

    def get_urls(self) -> list[URLPattern]:
        """Also to ask for runs."""
        site = self.admin_site.admin_view
        views = {
            "now": self.now,
            "repair": self.repair,
            "recompute": self.recompute,
            "pipeline": self.pipeline,
        }
        return [
            *(
                path(f"{name}/", site(view), name=f"jobs_pipelinerun_{name}")
                for name, view in views.items()
            ),
            path("<path:object_id>/stop/", site(self.stop), name="jobs_pipelinerun_stop"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def now(self, request: HttpRequest) -> HttpResponse:
        """Run now."""
        return now_view(self, request)

    def repair(self, request: HttpRequest) -> HttpResponse:
        """Repair a range."""
        return repair_view(self, request)

    def recompute(self, request: HttpRequest) -> HttpResponse:
        """Compute a range again."""
        return recompute_view(self, request)

    def stop(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Stop a run."""
        return stop_view(self, request, self._run(request, object_id))

    def pipeline(self, request: HttpRequest) -> HttpResponse:
        """Everything about the pipeline."""
        return pipeline_view(self, request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, fetched anew while a run is not finished."""
        newest = PipelineRun.objects.filter(status__in=OPEN).order_by("-run_id")[:20]
        busy = any(run.state in OPEN for run in newest)
        extra = {"may_ask": may_ask(request), "refresh": REFRESH_SECONDS if busy else ""}
        return super().changelist_view(request, {"title": "Runs", **extra, **(extra_context or {})})

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows, with who asked for them."""
        changes = super().get_changelist_instance(request)
        names = _asked_by([run.pk for run in changes.result_list])
        for run in changes.result_list:
            run.asked_by = names.get(str(run.pk), "")
        return changes

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """How a run is doing."""
        run = self._run(request, object_id)
        require_view(self, request)
        busy = run.state in OPEN
        return page(
            self,
            request,
            "jobs/run.html",
            f"Run of {run.created_at:%Y-%m-%d %H:%M}Z",
            run=run,
            busy=busy,
            sign=sign(run.state),
            refresh=REFRESH_SECONDS if busy else "",
            steps=[(name, run.steps.get(name, {})) for name in STEPS],
            asked_by=_asked_by([run.pk]).get(str(run.pk), ""),
            takes=_takes(run),
            left=_left(run),
            windows=_windows(run),
            waits=any(step.get("status") == RunStatus.FAILED for step in run.steps.values()),
            repair=_repair_address(run) if may_ask(request) else "",
            may_stop=run.can_be_stopped and may_ask(request),
        )

    def _run(self, request: HttpRequest, object_id: str) -> PipelineRun:
        run: PipelineRun | None = self.get_object(request, unquote(object_id))
        if run is None:
            raise Http404("There is no such run.")
        return run

    @admin.display(description="state, duration, error", ordering="status")
    def shown_state(self, run: Any) -> SafeString:
        """The state, lost runs included, how long it took, who asked for it, and what went
        wrong."""
        return format_html(
            '<div class="nowrap">{}{}</div><div class="quiet-note">{}{}</div>'
            '<div class="values">{}</div>',
            said_state(run.state),
            f" in {words.duration(run.duration)}" if run.duration else "",
            run.get_trigger_display(),
            f", by {run.asked_by}" if run.asked_by else "",
            run.what_went_wrong,
        )

    @admin.display(description="range", ordering="range_start")
    def shown_range(self, run: PipelineRun) -> str:
        """From and until, and how many windows of it are done."""
        if run.range_start is None or run.range_end is None:
            return "-"
        return format_html(
            '<div class="nowrap">{}</div><div class="nowrap">to {}</div>'
            '<div class="quiet-note">{} of {}</div>',
            f"{run.range_start:%Y-%m-%d %H:%M}Z",
            f"{run.range_end:%Y-%m-%d %H:%M}Z",
            run.windows_done,
            words.count(run.windows_planned, "window"),
        )

    @admin.display(description="rows")
    def rows(self, run: PipelineRun) -> SafeString:
        """What went in and out."""
        return format_html(
            '<div class="nowrap">{} read</div><div class="nowrap">{} written</div>'
            '<div class="nowrap">{} rejected</div>',
            f"{run.rows_read:,}",
            f"{run.rows_written:,}",
            f"{run.rows_rejected:,}",
        )


def _asked_by(keys: list[Any]) -> dict[str, str]:
    """Who asked for these runs, by key: one query."""
    entries = LogEntry.objects.filter(
        content_type__app_label="jobs",
        content_type__model="pipelinerun",
        object_id__in=[str(key) for key in keys],
        action_flag=ADDITION,
    )
    return {str(key): name for key, name in entries.values_list("object_id", "user__username")}


def _repair_address(run: PipelineRun) -> str:
    """Where the rest of a run that was cut short is asked for; of some customers alone the command
    finds it."""
    done = run.state in (*OPEN, RunStatus.SUCCEEDED)
    if done or run.customer_ids or run.range_start is None or run.range_end is None:
        return ""
    span = {
        "start": hour_input(run.range_start),
        "end": hour_input(run.range_end),
        # Of a run that never began nothing is left half done: it is asked for as it was.
        "reprocess": Reprocess.FAILED if run.started_at else run.reprocess,
    }
    return f"{reverse('admin:jobs_pipelinerun_repair')}?{urlencode(span, safe=':')}"


def _windows(run: PipelineRun) -> str:
    """Which windows it reads."""
    if run.trigger == Trigger.PRUNE:
        return "none: it deletes"
    if run.trigger != Trigger.BACKFILL:
        again = DAILY_REREAD_HOURS if run.whole_day else REREAD_HOURS
        return f"those not covered yet, and the last {again} again"
    some = f"; only customers {', '.join(map(str, run.customer_ids))}" if run.customer_ids else ""
    return f"{run.get_reprocess_display()}{some}"


def _takes(run: PipelineRun) -> str:
    if run.started_at is None:
        return ""
    return words.duration(run.duration or timezone.now() - run.started_at)


def _left(run: PipelineRun) -> str:
    """About how long the rest of the reading takes."""
    if run.state != RunStatus.RUNNING or not run.started_at or not run.windows_done:
        return ""
    spent = timezone.now() - run.started_at
    return words.about(spent / run.windows_done * (run.windows_planned - run.windows_done))
