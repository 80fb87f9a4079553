"""What would it do? Forms whose values can be tried before they are saved."""

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse

from config.admin.pages import page
from config.admin.recorded import RecordedAdmin
from config.models import ScoringProfile
from jobs.what_if import DAYS, MOST_DAYS, TooManyScoresError, WhatIf, what_if
from sentiment_api.models import CustomerState
from sentiment_api.rest.throttling import Counter

ASK, BACK = "_what_if", "_back_to_form"
"""Names of buttons. The value of the first says how many days are compared, if it is a number."""
SPANS = (1, 3, DAYS, 14, MOST_DAYS)
SAVE = ("_save", "1", "Save")
"""Name, value and text of the button that saves."""
_SHOWN_ONLY = "form_is_shown_only"

Overrides = Mapping[str, float | None]


class WhatIfAdmin(RecordedAdmin):
    """Adds a button beside Save. Whoever may save may ask."""

    def what_if_of(self, row: Any) -> tuple[ScoringProfile | None, Overrides]:
        """The profile and the baselines that there would be, were this row saved."""
        raise NotImplementedError

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; see `never_saved`."""
        return never_saved(super().get_form(request, *args, **kwargs), request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form, or what it would do; with errors the form again."""
        if asks(request):
            form = self._tried(request, object_id) if ASK in request.POST else None
            if form is not None:
                return preview(self, request, *self.what_if_of(form.instance))
            show_only(request)
        context = {"asks_what_if": True, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)

    def _tried(self, request: HttpRequest, object_id: str | None) -> Any:
        """The form as it was sent, if it is valid and may be saved."""
        row = self.get_object(request, unquote(object_id)) if object_id else None
        if object_id:
            may = row is not None and self.has_change_permission(request, row)
        else:
            may = self.has_add_permission(request)
        if not may:
            return None
        form = self.get_form(request, row, change=row is not None)(request.POST, instance=row)
        return form if form.is_valid() else None


def asks(request: HttpRequest) -> bool:
    """Was it one of our buttons?"""
    return request.method == "POST" and not {ASK, BACK}.isdisjoint(request.POST)


def show_only(request: HttpRequest) -> None:
    """From now on nothing of this request is saved; see `never_saved`."""
    setattr(request, _SHOWN_ONLY, True)


class _NeverSaved:
    """Shows what was typed, and what is wrong with it."""

    def is_valid(self) -> bool:
        return False


def never_saved(form: Any, request: HttpRequest) -> Any:
    """The class of a form or formset; one that is never found fit to be saved, if the request only
    asks to see it."""
    if not hasattr(request, _SHOWN_ONLY):
        return form
    return type(form.__name__, (_NeverSaved, form), {})


def preview(
    model_admin: RecordedAdmin,
    request: HttpRequest,
    profile: ScoringProfile | None,
    baselines: Overrides,
    save: tuple[str, str, str] | None = SAVE,
    again: tuple[str, str] | None = None,
) -> HttpResponse:
    """What it would do, with what was typed to go back to, or to save. `again` is what else is sent
    to ask for other days."""
    days = _days(request)
    answer, refused = _answer(request, profile, baselines, days)
    sent_by_buttons = (ASK, BACK, "csrfmiddlewaretoken", *(save or ())[:1], *(again or ())[:1])
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in sent_by_buttons
        for value in values
    ]
    return page(
        model_admin,
        request,
        "config/what_if.html",
        "What would it do?",
        answer=answer,
        customers=[
            (row, CustomerState(row.old_state).label, CustomerState(row.new_state).label)
            for row in (answer.customers if answer else ())
        ],
        refused=refused,
        days=days,
        spans=SPANS,
        kept=kept,
        save=save,
        again=again,
    )


def _answer(
    request: HttpRequest, profile: ScoringProfile | None, baselines: Overrides, days: int
) -> tuple[WhatIf | None, str]:
    """The answer, or why there is none."""
    counter = Counter("staff", str(request.user.pk))
    if not counter.add():
        return None, f"Too many requests: wait {counter.seconds_left:.0f} seconds."
    try:
        return what_if(profile, baselines, days=days), ""
    except TooManyScoresError as error:
        return None, f"{error}."


def _days(request: HttpRequest) -> int:
    """The days that are asked for."""
    text = request.POST.get(ASK, "")
    return int(text) if text in map(str, SPANS) else DAYS
