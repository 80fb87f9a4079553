"""The whole pipeline on one page, and in short on the first one."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django_rq.settings import get_queues_map

from config.admin.pages import page, require_view
from jobs import overview, status, words
from jobs.admin.asking import may_ask
from jobs.admin.showing import said_state
from jobs.findings import Finding, Level

SIGNS = {Level.GOOD: "good", Level.DOUBTFUL: "doubtful", Level.BAD: "bad"}
LINKS = {
    overview.RUN: ("runs", "admin:jobs_pipelinerun_changelist"),
    overview.WINDOWS: ("calendar", "admin:jobs_window_calendar"),
    overview.QUEUES: ("queues", "django_rq:home"),
}
REFRESH_SECONDS = 10


@dataclass(frozen=True)
class Line:
    """How one part is, and where more is to be seen."""

    sign: str
    subject: str
    text: str
    more: str = ""
    address: str = ""


def summary(request: HttpRequest) -> dict[str, Any]:
    """What the first page shows of the pipeline; nothing for those who may not see it."""
    if not request.user.has_perm("jobs.view_pipelinerun"):
        return {}
    findings, _ = overview.overview()
    return {"lines": list(map(_line, findings)), "may_ask": may_ask(request)}


def pipeline_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Everything about the pipeline, fetched anew every few seconds."""
    require_view(model_admin, request)
    findings, machinery = overview.overview()
    places = get_queues_map()
    return page(
        model_admin,
        request,
        "jobs/pipeline.html",
        "Pipeline",
        lines=list(map(_line, findings)),
        may_ask=may_ask(request),
        machinery=machinery,
        queues=[(queue, places[queue.name]) for queue in (machinery.queues if machinery else [])],
        runs=[
            (run, said_state(run.state), words.duration(run.duration) if run.duration else "")
            for run in status.newest_runs()
        ],
        refresh=REFRESH_SECONDS,
    )


def _line(finding: Finding) -> Line:
    more, name = LINKS.get(finding.subject, ("", ""))
    address = reverse(name) if name else ""
    return Line(SIGNS[finding.level], finding.subject, finding.text, more, address)
