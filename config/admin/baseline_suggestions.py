"""What the history of each industry suggests as its baseline, to be taken by a click."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.admin import what_if
from config.admin.pages import page, require_view
from config.history import Change, record, values
from config.industries import industry_key
from config.models import IndustryBaseline
from sentiment_api.baseline_suggestions import suggest

SPANS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "a year"}
USUAL = 30


def suggestions_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The list; with POST, what was chosen of it is tried or taken."""
    require_view(model_admin, request)
    days = _days(request.GET.get("days", ""))
    one, chosen = request.POST.getlist("one"), request.POST.getlist("chosen")
    if what_if.ASK in request.POST and chosen:
        return _compare(model_admin, request, chosen)
    if request.method == "POST" and what_if.BACK not in request.POST:
        _take(model_admin, request, one or chosen, days)
        return redirect(f"{request.path}?days={days}")
    may_add = model_admin.has_add_permission(request)
    may_change = model_admin.has_change_permission(request)
    rows = suggest(days)
    return page(
        model_admin,
        request,
        "config/baseline_suggestions.html",
        "Suggested baselines",
        rows=[
            (row, not row.taken and (may_add if row.baseline is None else may_change))
            for row in rows
        ],
        chosen=chosen,
        may_take=may_add or may_change,
        days=days,
        spans=SPANS.items(),
    )


def _days(text: str) -> int:
    return int(text) if text in map(str, SPANS) else USUAL


def _compare(model_admin: Any, request: HttpRequest, chosen: list[str]) -> HttpResponse:
    """What taking these would do to scores."""
    try:
        stored = list(IndustryBaseline.objects.all())
        rows = [_set(model_admin, request, one, stored)[1] for one in chosen]
    except ValidationError as error:
        model_admin.message_user(request, " ".join(error.messages), messages.ERROR)
        return redirect(request.get_full_path())
    baselines = {row.industry: row.baseline_score for row in rows}
    save = ("taken", "1", f"Take {'it' if len(rows) == 1 else f'these {len(rows)}'}")
    return what_if.preview(model_admin, request, None, baselines, save=save)


def _take(model_admin: Any, request: HttpRequest, chosen: list[str], days: int) -> None:
    """Take what was chosen, as it was shown (`score|industry`): all of it or nothing."""
    if not chosen:
        model_admin.message_user(request, "Choose at least one industry.", messages.WARNING)
        return
    try:
        with transaction.atomic():
            changes = [_taken(model_admin, request, one) for one in chosen]
            record(request.user, changes, f"suggested by {SPANS[days]} of history")
    except ValidationError as error:
        model_admin.message_user(
            request, f"Nothing was taken: {' '.join(error.messages)}", messages.ERROR
        )
        return
    names = ", ".join(str(change.row) for change in changes)
    model_admin.message_user(
        request,
        f"Taken for {names}. Scores computed from now on use it.",
        messages.SUCCESS,
    )


def _taken(model_admin: Any, request: HttpRequest, chosen: str) -> Change:
    """One baseline, saved; ValidationError where it does not fit or is not allowed."""
    stored = IndustryBaseline.objects.order_by("pk").select_for_update()
    before, row = _set(model_admin, request, chosen, stored)
    row.save()
    return Change.edited(before, row) if before else Change.added(row)


def _set(
    model_admin: Any, request: HttpRequest, chosen: str, stored: Iterable[IndustryBaseline]
) -> tuple[dict[str, Any], IndustryBaseline]:
    """The values that a baseline has, and the baseline as chosen, not saved yet; ValidationError
    where that does not fit or is not allowed."""
    score, _, industry = chosen.partition("|")
    key = industry_key(industry)
    row = next((one for one in stored if industry_key(one.industry) == key), None)
    before = values(row) if row else {}
    allowed = model_admin.has_change_permission if row else model_admin.has_add_permission
    if not allowed(request):
        raise ValidationError(f"you may not set the baseline of {industry}.")
    row = row or IndustryBaseline(industry=industry)
    try:
        row.baseline_score = float(score)
    except ValueError as error:
        raise ValidationError(f"{score[:40]!r} is no number.") from error
    row.full_clean()
    return before, row
