"""Runs asked for by a click: now, to repair a range, to compute a range again; or stopped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from config.admin.pages import list_address, page
from config.models import ScoringProfile
from jobs import words
from jobs.admin.showing import hour_input
from jobs.clock import from_hour, to_hour
from jobs.gaps import gaps
from jobs.models import PipelineRun, Reprocess, Window
from jobs.pipeline import backfill_run
from jobs.plan import plan_backfill, uncovered
from jobs.requests import WaitingAlreadyError, ask_for_range, ask_for_run, stop, time_per_window

MOST_HOURS = 50_000
SHOWN_GAPS = 5

Range = tuple[datetime, datetime]


class HourField(forms.DateTimeField):
    """A full hour in UTC."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 3600})

    def to_python(self, value: Any) -> datetime | None:
        """The instant, on the hour."""
        instant = super().to_python(value)
        if instant is None:
            return None
        if instant.minute or instant.second or instant.microsecond:
            raise forms.ValidationError("Windows are full hours: give a time such as 13:00.")
        return instant.astimezone(UTC)


class RangeForm(forms.Form):
    """Which windows, and which of them."""

    start = HourField(label="From (UTC)")
    end = HourField(label="Until (UTC, not included)")
    reprocess = forms.ChoiceField(
        label="Which windows", choices=Reprocess, widget=forms.RadioSelect, required=False
    )

    def clean(self) -> dict[str, Any]:
        """A range that goes forward, has begun, and can be overlooked."""
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start is None or end is None:
            return cleaned
        if start >= end:
            raise forms.ValidationError("“From” has to lie before “Until”.")
        if start < from_hour(0):
            raise forms.ValidationError("Windows begin with 1970.")
        if start >= from_hour(to_hour(timezone.now())):
            raise forms.ValidationError("No window of this range is over yet.")
        if end - start > timedelta(hours=MOST_HOURS):
            raise forms.ValidationError(
                f"That is more than {MOST_HOURS:,} windows: ask for it in parts."
            )
        return cleaned


def may_ask(request: HttpRequest) -> bool:
    """May this user ask for runs? The right is that to add them."""
    return bool(request.user.has_perm("jobs.add_pipelinerun"))


def now_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Run now."""
    return _asked(
        model_admin, request, lambda: ask_for_run(request.user), list_address(model_admin)
    )


def repair_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Read missing or failed windows of a range."""
    missing = gaps()[-SHOWN_GAPS:][::-1]
    now = from_hour(to_hour(timezone.now()))
    picks = {
        f"{gap.start:%Y-%m-%d %H:%M} to {gap.end:%Y-%m-%d %H:%M} (missing)": (gap.start, gap.end)
        for gap in missing
    } | {"the last 24 hours": (now - timedelta(hours=24), now)}
    return _range_view(model_admin, request, "Repair a range", picks, Reprocess.NONE)


def recompute_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Compute a range again, with the profile and the baselines of now."""
    now = from_hour(to_hour(timezone.now()))
    first = Window.objects.aggregate(first=Min("window_start"))["first"] or now - timedelta(hours=1)
    counting = ScoringProfile.active().max_age_hours
    spans = {
        f"all that counts now ({counting} hours)": now - timedelta(hours=counting),
        "the last 24 hours": now - timedelta(hours=24),
        "the last 30 days": now - timedelta(days=30),
        "everything": first,
    }
    picks = {name: (max(start, first), now) for name, start in spans.items()}
    return _range_view(model_admin, request, "Recompute from …", picks, Reprocess.ALL, only=True)


def stop_view(model_admin: Any, request: HttpRequest, run: PipelineRun) -> HttpResponse:
    """Stop a backfill: what that means is said first."""
    if not may_ask(request):
        raise PermissionDenied
    address = reverse("admin:jobs_pipelinerun_change", args=[run.pk])
    if request.method != "POST" and run.can_be_stopped:
        title = f"Stop the run of {run.created_at:%Y-%m-%d %H:%M}Z?"
        return page(model_admin, request, "jobs/stop.html", title, run=run, address=address)
    if not run.ended and not run.can_be_stopped:
        text = "This run is not done by jobs that can be told to stop."
        model_admin.message_user(request, text, messages.ERROR)
    elif stop(request.user, run):
        text = "Stopped. Workers end when they have done what they had at hand."
        model_admin.message_user(request, text, messages.SUCCESS)
    else:
        model_admin.message_user(request, "It has ended already.", messages.WARNING)
    return redirect(address)


def _range_view(
    model_admin: Any,
    request: HttpRequest,
    title: str,
    picks: dict[str, Range],
    usual: Reprocess,
    only: bool = False,
) -> HttpResponse:
    """A range is chosen, what it means is said, and then it is asked for. `only`: nothing else
    than the usual choice of windows."""
    if not may_ask(request):
        raise PermissionDenied
    start, end = next(iter(picks.values()))
    first = {"start": hour_input(start), "end": hour_input(end), "reprocess": usual}
    sent = {**first, **{k: v for k, v in (request.POST or request.GET).items() if k in first}}
    if only:
        sent["reprocess"] = usual
    form = RangeForm(sent)
    if form.is_valid() and request.method == "POST":
        clean = form.cleaned_data
        asked = clean["start"], clean["end"], Reprocess(clean["reprocess"] or usual)
        return _asked(
            model_admin,
            request,
            lambda: ask_for_range(request.user, *asked),
            f"{request.path}?{urlencode(sent)}",
        )
    return page(
        model_admin,
        request,
        "jobs/range.html",
        title,
        form=form,
        only=only,
        plan=_plan(form, usual) if form.is_valid() else None,
        picks=[
            (name, f"?start={hour_input(a)}&end={hour_input(b)}&reprocess={usual}")
            for name, (a, b) in picks.items()
        ],
        active=ScoringProfile.active(),
    )


def _plan(form: RangeForm, usual: Reprocess) -> dict[str, Any]:
    """What the run would read, and for about how long."""
    clean, now = form.cleaned_data, timezone.now()
    reprocess = Reprocess(clean["reprocess"] or usual)
    plan = plan_backfill(backfill_run(clean["start"], clean["end"], reprocess), now)
    asked = range(to_hour(clean["start"]), min(to_hour(clean["end"]), to_hour(now)))
    each = time_per_window()
    return {
        "windows": plan.windows,
        "missing": len(uncovered(asked)),
        "takes": words.about(each * plan.windows) if each else None,
        "bounds": plan.bounds,
    }


def _asked(
    model_admin: Any, request: HttpRequest, ask: Callable[[], PipelineRun], back: str
) -> HttpResponse:
    """Ask, say what came of it, and show the run."""
    if not may_ask(request):
        raise PermissionDenied
    try:
        run = ask()
    except RedisError:
        model_admin.message_user(
            request,
            "Redis cannot be reached, so nothing was asked for and nothing was changed. Check that "
            "it runs and that REDIS_URL names it, then try again.",
            messages.ERROR,
        )
        return redirect(back)
    except WaitingAlreadyError as error:
        run = error.run
        model_admin.message_user(
            request, "The same run is waiting in the queue already: here it is.", messages.WARNING
        )
    else:
        model_admin.message_user(
            request,
            "The run was asked for: this page follows it.",
            messages.SUCCESS,
        )
    return redirect(reverse("admin:jobs_pipelinerun_change", args=[run.pk]))
