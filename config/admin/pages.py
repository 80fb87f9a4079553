"""Pages of our own beside those that Django makes, in its look."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse


def list_address(model_admin: admin.ModelAdmin[Any]) -> str:
    """Where the rows of a model are listed."""
    options = model_admin.opts
    return reverse(f"admin:{options.app_label}_{options.model_name}_changelist")


def require_view(model_admin: admin.ModelAdmin[Any], request: HttpRequest) -> None:
    """Raise PermissionDenied for those who may not even look."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied


def page(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    template: str,
    title: str,
    **context: Any,
) -> TemplateResponse:
    """A page below the list of a model."""
    back = list_address(model_admin)
    name = str(model_admin.opts.verbose_name_plural)
    return TemplateResponse(
        request,
        template,
        {
            **model_admin.admin_site.each_context(request),
            "title": title,
            "opts": model_admin.opts,
            "back": back,
            "trail": [(name[:1].upper() + name[1:], back)],
            **context,
        },
    )
