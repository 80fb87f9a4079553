"""What is normal in each industry: edited in the list, as CSV, or taken from its own history."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from config.admin.baseline_import import import_view
from config.admin.baseline_suggestions import suggestions_view
from config.admin.pages import require_view
from config.admin.what_if import Overrides
from config.admin.what_if_list import WhatIfListAdmin
from config.baseline_csv import export
from config.models import IndustryBaseline
from sentiment_api.industries import without_customers


class ListedBaseline(forms.ModelForm[IndustryBaseline]):
    """A row of the list; its field says whose baseline it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = f"Baseline of {self.instance.industry}"
        self.fields["baseline_score"].widget.attrs["aria-label"] = label


@admin.register(IndustryBaseline)
class IndustryBaselineAdmin(WhatIfListAdmin):
    """What is normal in each industry."""

    list_display = ("industry", "baseline_score", "description", "updated_at")
    list_editable = ("baseline_score",)
    search_fields = ("industry",)
    change_list_template = "config/baseline_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Also import, export and suggestions."""
        site = self.admin_site.admin_view
        views = {"import": self.import_, "export": self.export, "suggestions": self.suggestions}
        return [
            *(
                path(f"{name}/", site(view), name=f"config_industrybaseline_{name}")
                for name, view in views.items()
            ),
            *super().get_urls(),
        ]

    def has_import_permission(self, request: HttpRequest) -> bool:
        """An import may add and change."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """With a button for those who may import."""
        may = {"may_import": self.has_import_permission(request)}
        return super().changelist_view(request, {**may, **(extra_context or {})})

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Fields that say what they are."""
        return super().get_changelist_form(request, form=ListedBaseline, **kwargs)

    def import_(self, request: HttpRequest) -> HttpResponse:
        """A file, looked at before it is written."""
        return import_view(self, request)

    def export(self, request: HttpRequest) -> HttpResponse:
        """All baselines as CSV, for spreadsheets too."""
        require_view(self, request)
        return HttpResponse(
            export().encode("utf-8-sig"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="industry-baselines.csv"'},
        )

    def suggestions(self, request: HttpRequest) -> HttpResponse:
        """What the history of each industry suggests."""
        return suggestions_view(self, request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; a new name that nobody has may be a slip of the pen."""
        super().save_model(request, obj, form, change)
        if "industry" in form.changed_data and without_customers([obj.industry]):
            self.message_user(
                request,
                f"No customer is in the industry “{obj.industry}” yet: is it spelt as the source "
                "spells it?",
                messages.WARNING,
            )

    def what_if_of(self, row: IndustryBaseline) -> tuple[None, Overrides]:
        """Today's rules, with the baseline as it would be."""
        return None, self.overrides_of(row)

    def overrides_of(self, row: IndustryBaseline) -> Overrides:
        """The baseline of this industry; one that is renamed has none under its old name."""
        before = IndustryBaseline.objects.filter(pk=row.pk).first()
        gone = {before.industry: None} if before else {}
        return {**gone, row.industry: row.baseline_score}
