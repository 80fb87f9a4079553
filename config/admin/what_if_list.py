"""What would it do? Lists that are edited in place."""

from typing import Any

from django.http import HttpRequest

from config.admin.what_if import (
    ASK,
    Overrides,
    WhatIfAdmin,
    asks,
    never_saved,
    preview,
    show_only,
)


class WhatIfListAdmin(WhatIfAdmin):
    """Adds a button beside the Save of the list."""

    def overrides_of(self, row: Any) -> Overrides:
        """The baselines that there would be, were this row saved."""
        raise NotImplementedError

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """The rows as forms; see `never_saved`."""
        return never_saved(super().get_changelist_formset(request, **kwargs), request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, or what its changes would do; with errors the list again."""
        if asks(request) and self.has_change_permission(request):
            forms = self._changed(request) if ASK in request.POST else None
            if forms is not None:
                overrides = [self.overrides_of(form.instance) for form in forms]
                merged = {name: score for one in overrides for name, score in one.items()}
                return preview(self, request, None, merged)
            show_only(request)
            sent = request.POST.copy()
            sent["_save"] = "1"
            request.POST = sent  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    def _changed(self, request: HttpRequest) -> Any:
        """The forms of rows that were changed; None if something does not fit."""
        formset = self.get_changelist_formset(request)(
            request.POST, queryset=self.get_queryset(request)
        )
        if not formset.is_valid():
            return None
        return [form for form in formset.forms if form.has_changed()]
