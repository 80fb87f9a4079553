"""Baselines from a CSV file: looked at first, then written as a whole."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from config.admin import what_if
from config.admin.pages import list_address, page
from config.baseline_csv import (
    COLUMNS,
    LARGEST_BYTES,
    MOST_ROWS,
    BadFileError,
    ChangedMeanwhileError,
    Preview,
    decode,
    preview,
    write,
)
from sentiment_api.industries import without_customers

TITLE = "Import baselines"


class UploadForm(forms.Form):
    """A file to look at."""

    file = forms.FileField(
        label="CSV file",
        help_text=f"UTF-8; the first line names the columns {', '.join(COLUMNS)} (description "
        f"may be left out); separated by commas, semicolons or tabs; up to {MOST_ROWS:,} lines and "
        f"{LARGEST_BYTES // 1024} KiB. An export from here fits.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data["file"]
        try:
            return decode(file.read(LARGEST_BYTES + 1))
        except BadFileError as error:
            raise forms.ValidationError(str(error)) from error


def import_view(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The form, then what the file would do, then done."""
    if not model_admin.has_import_permission(request):
        raise PermissionDenied
    if what_if.asks(request):
        return _compare(model_admin, request)
    if "confirmed" in request.POST:
        return _write(model_admin, request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            return _preview(model_admin, request, form.cleaned_data["file"])
        except BadFileError as error:
            form.add_error("file", str(error))
    return page(model_admin, request, "config/baseline_import.html", TITLE, form=form)


def _preview(model_admin: admin.ModelAdmin[Any], request: HttpRequest, text: str) -> HttpResponse:
    plan = preview(text)
    return page(
        model_admin,
        request,
        "config/baseline_preview.html",
        TITLE,
        preview=plan,
        nobody_in=without_customers(line.industry for line in plan.written),
        text=text,
    )


def _compare(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """What the file would do to scores; or what each of its lines would, again."""
    try:
        text = decode(request.POST.get("text", "").encode())
        plan = preview(text)
    except BadFileError as error:
        model_admin.message_user(request, str(error), messages.ERROR)
        return redirect(request.path)
    if what_if.ASK not in request.POST or not plan.valid:
        return _preview(model_admin, request, text)
    baselines = {line.industry: line.score for line in plan.written}
    save = ("confirmed", plan.digest, _write_button(plan))
    return what_if.preview(model_admin, request, None, baselines, save=save)


def _write_button(plan: Preview) -> str:
    return f"Write {len(plan)} baseline{'' if len(plan) == 1 else 's'}"


def _write(model_admin: admin.ModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    try:
        # Browsers send lines of a form with other ends than they got.
        text = decode(request.POST.get("text", "").encode())
        count = write(text, request.POST["confirmed"], request.user)
    except BadFileError as error:
        model_admin.message_user(request, str(error), messages.ERROR)
        return redirect(request.path)
    except ChangedMeanwhileError:
        model_admin.message_user(
            request,
            "Nothing was written: baselines have changed meanwhile. This is what the file would do "
            "now.",
            messages.WARNING,
        )
        return _preview(model_admin, request, text)
    model_admin.message_user(
        request,
        f"{count} baseline{'' if count == 1 else 's'} written. Scores computed from now on use "
        "them.",
        messages.SUCCESS,
    )
    return redirect(list_address(model_admin))
