"""Connections to sources: edited, tried, activated."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.admin.choosing import only_one
from config.admin.pages import page
from config.admin.recorded import RecordedAdmin
from config.admin.trying import Trial, refused, try_connection
from config.attempts import Attempt
from config.models import DatabaseConfig
from jobs.source.switch import SourceChangeRefusedError, activate, refuse_other_source

LIST = "admin:config_databaseconfig_changelist"
TRY_NEW = "admin:config_databaseconfig_try_new"
TRY = "admin:config_databaseconfig_try"
ACTIVATE = "admin:config_databaseconfig_activate"
PASSWORD_GOES_BY = ("host", "port", "username", "sslmode", "password")


class DatabaseConfigForm(forms.ModelForm[DatabaseConfig]):
    """The password goes in and never comes out."""

    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Never shown. Leave it empty to keep the one that is stored; with another host, "
        "port or username, or a weaker SSL mode, give it again.",
    )
    same_data = forms.BooleanField(
        required=False,
        label="Same data at a new place",
        help_text="Confirms that host, port or database changed because the data have moved.",
    )

    trial = False
    """A form that is only tried stores nothing, so it may lead to another source."""

    class Meta:
        model = DatabaseConfig
        exclude = ("is_active", "created_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.pop("password", None)

    def clean_password(self) -> Any:
        """An empty field keeps the stored password."""
        return self.cleaned_data["password"] or self.instance.password

    def clean(self) -> dict[str, Any] | None:
        """Refuse to send the stored password elsewhere, and to point the active connection at
        another source."""
        cleaned = super().clean()
        if self.instance.pk and not self.errors:
            changed = {name: self.cleaned_data[name] for name in PASSWORD_GOES_BY}
            DatabaseConfig(**changed).refuse_stored_password_elsewhere(
                DatabaseConfig.objects.get(pk=self.instance.pk)
            )
        if self.trial or not self.instance.is_active or self.cleaned_data.get("same_data"):
            return cleaned
        places = {name: self.cleaned_data.get(name) for name in ("host", "port", "database_name")}
        if None in places.values():
            return cleaned
        try:
            refuse_other_source(
                DatabaseConfig.objects.get(pk=self.instance.pk), DatabaseConfig(**places)
            )
        except SourceChangeRefusedError as error:
            raise ValidationError(f"{error} (tick “Same data at a new place”).") from error
        return cleaned


@admin.register(DatabaseConfig)
class DatabaseConfigAdmin(RecordedAdmin):
    """Connections to a source; one of them is active."""

    form = DatabaseConfigForm
    list_display = ("name", "address", "username", "sslmode", "source_timezone", "is_active")
    readonly_fields = ("is_active", "created_at", "updated_at")
    actions = ("make_active", "test_connection")
    add_form_template = change_form_template = "config/database_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Also to try and to activate connections."""
        site = self.admin_site.admin_view
        return [
            path("add/try/", site(self.try_view), name="config_databaseconfig_try_new"),
            path("<path:object_id>/try/", site(self.try_view), name="config_databaseconfig_try"),
            path(
                "<path:object_id>/activate/",
                site(self.activate_view),
                name="config_databaseconfig_activate",
            ),
            *super().get_urls(),
        ]

    def has_delete_permission(
        self, request: HttpRequest, obj: DatabaseConfig | None = None
    ) -> bool:
        active = obj is not None and obj.is_active
        return not active and super().has_delete_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Delete a connection; the active one says why not."""
        config = self.get_object(request, unquote(object_id))
        if config is not None and config.is_active and super().has_delete_permission(request):
            raise PermissionDenied(
                "The active connection is read every hour, so it cannot be deleted: make another "
                "one active first."
            )
        return super().delete_view(request, object_id, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """With the buttons to try and to activate."""
        may_change = obj is not None and self.has_change_permission(request, obj)
        context |= {
            "may_try": may_change if obj else self.has_add_permission(request),
            "may_activate": may_change and not obj.is_active,
            "try_address": reverse(TRY, args=[obj.pk]) if obj else reverse(TRY_NEW),
            "activate_address": reverse(ACTIVATE, args=[obj.pk]) if obj else "",
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    @method_decorator(require_POST)
    @method_decorator(sensitive_post_parameters("password"))
    def try_view(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        """Try what the form says, without storing it; a stored password is not sent elsewhere.
        That it was tried, or refused, is kept."""
        config = self._row(request, object_id) if object_id else None
        if config is None and not self.has_add_permission(request):
            raise PermissionDenied
        form: Any = self.get_form(request, config, change=config is not None)(
            request.POST, instance=config
        )
        form.trial = True
        if form.is_valid():
            return self._answer(request, [_tried(request, form.instance)])
        trial = refused(form)
        Attempt.refused(request.user, form.instance, request.POST, trial.outcome)
        return self._answer(request, [trial])

    @method_decorator(require_POST)
    def activate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Read from this connection from now on; asks first when it leads elsewhere."""
        same_data = request.POST.get("same_data") == "1"
        return self._activate(request, self._row(request, object_id), same_data)

    @admin.action(description="Make this the active connection", permissions=["change"])
    def make_active(
        self, request: HttpRequest, queryset: QuerySet[DatabaseConfig]
    ) -> HttpResponse | None:
        """Activate one connection."""
        config = only_one(self, request, queryset)
        return None if config is None else self._activate(request, config)

    @admin.action(description="Test the connection", permissions=["change"])
    def test_connection(
        self, request: HttpRequest, queryset: QuerySet[DatabaseConfig]
    ) -> HttpResponse:
        """Try the connections and tell what was found."""
        return self._answer(request, [_tried(request, config) for config in queryset])

    def _row(self, request: HttpRequest, object_id: str) -> DatabaseConfig:
        config: DatabaseConfig | None = self.get_object(request, unquote(object_id))
        if config is None:
            raise Http404("There is no such connection.")
        if not self.has_change_permission(request, config):
            raise PermissionDenied
        return config

    def _activate(
        self, request: HttpRequest, config: DatabaseConfig, same_data: bool = False
    ) -> HttpResponse:
        active = DatabaseConfig.objects.filter(is_active=True).exclude(pk=config.pk).first()
        try:
            with transaction.atomic():
                config = DatabaseConfig.objects.select_for_update().get(pk=config.pk)
                activate(config, request.user, same_data)
        except SourceChangeRefusedError:
            return page(
                self,
                request,
                "config/same_data.html",
                "Is it the same source?",
                config=config,
                active=active,
                activate_address=reverse(ACTIVATE, args=[config.pk]),
            )
        said = f"; {active.name} is no longer active" if active else ""
        self.message_user(
            request, f"Reading from {config.name} ({config.address}) now{said}.", messages.SUCCESS
        )
        return redirect(LIST)

    def _answer(self, request: HttpRequest, trials: list[Trial]) -> HttpResponse:
        return page(self, request, "config/trials.html", "Test of connections", trials=trials)


def _tried(request: HttpRequest, config: DatabaseConfig) -> Trial:
    attempt = Attempt.begun(request.user, config)
    trial = try_connection(config)
    attempt.ended(trial.outcome)
    return trial
