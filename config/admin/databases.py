"""Connections to sources, edited."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from config.admin.choosing import only_one
from config.admin.recorded import RecordedAdmin
from config.models import DatabaseConfig
from jobs.findings import Level
from jobs.source.inspection import inspect_source
from jobs.source.switch import SourceChangeRefusedError, activate, refuse_other_source

MESSAGE_LEVELS = {
    Level.GOOD: messages.SUCCESS,
    Level.DOUBTFUL: messages.WARNING,
    Level.BAD: messages.ERROR,
}
PASSWORD_GOES_BY = ("host", "port", "username", "sslmode", "password")


class DatabaseConfigForm(forms.ModelForm[DatabaseConfig]):
    """The password goes in and never comes out."""

    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Never shown. Leave it empty to keep the one that is stored; with another host, "
        "port or username, or a weaker sslmode, give it again.",
    )
    same_data = forms.BooleanField(
        required=False,
        label="Same data at a new place",
        help_text="Confirms that host, port or database changed because the data have moved.",
    )

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
        if not self.instance.is_active or self.cleaned_data.get("same_data"):
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

    def has_delete_permission(
        self, request: HttpRequest, obj: DatabaseConfig | None = None
    ) -> bool:
        active = obj is not None and obj.is_active
        return not active and super().has_delete_permission(request, obj)

    @admin.action(description="Make this the active connection", permissions=["change"])
    def make_active(self, request: HttpRequest, queryset: QuerySet[DatabaseConfig]) -> None:
        """Activate one connection."""
        config = only_one(self, request, queryset)
        if config is None:
            return
        try:
            activate(config, request.user)
        except SourceChangeRefusedError as error:
            self.message_user(request, f"{error}.", messages.ERROR)
        else:
            self.message_user(request, f"Reading from {config.address} now.")

    @admin.action(description="Test the connection", permissions=["change"])
    def test_connection(self, request: HttpRequest, queryset: QuerySet[DatabaseConfig]) -> None:
        """Try the connections and tell what was found."""
        for config in queryset:
            for finding in inspect_source(config):
                self.message_user(
                    request,
                    f"{config.name}: {finding.subject}: {finding.text}",
                    MESSAGE_LEVELS[finding.level],
                )
