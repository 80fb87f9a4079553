"""What the history of each industry suggests as its baseline, to be taken by a click."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.admin.pages import page, require_view
from config.history import Change, record, values
from config.industries import industry_key
from config.models import IndustryBaseline
from sentiment_api.baseline_suggestions import suggest

SPANS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "a year"}
USUAL = 30


def suggestions_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The list; with POST, what was chosen of it is taken."""
    require_view(model_admin, request)
    days = _days(request.GET.get("days", ""))
    if request.method == "POST":
        taken = request.POST.getlist("one") or request.POST.getlist("chosen")
        _take(model_admin, request, taken, days)
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
        may_take=may_add or may_change,
        days=days,
        spans=SPANS.items(),
    )


def _days(text: str) -> int:
    return int(text) if text in map(str, SPANS) else USUAL


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
    """One baseline, set; ValidationError where it does not fit or is not allowed."""
    score, _, industry = chosen.partition("|")
    key = industry_key(industry)
    rows = IndustryBaseline.objects.order_by("pk").select_for_update()
    row = next((one for one in rows if industry_key(one.industry) == key), None)
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
    row.save()
    return Change.edited(before, row) if before else Change.added(row)
