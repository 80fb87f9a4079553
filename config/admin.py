"""What operators decide, edited."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from jobs.findings import Level
from jobs.profiles import activate as activate_profile
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
class DatabaseConfigAdmin(admin.ModelAdmin[DatabaseConfig]):
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
        config = _only_one(self, request, queryset)
        if config is None:
            return
        try:
            activate(config)
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


@admin.register(IndustryBaseline)
class IndustryBaselineAdmin(admin.ModelAdmin[IndustryBaseline]):
    """What is normal in each industry."""

    list_display = ("industry", "baseline_score", "description", "updated_at")
    list_editable = ("baseline_score",)
    search_fields = ("industry",)


@admin.register(ScoringProfile)
class ScoringProfileAdmin(admin.ModelAdmin[ScoringProfile]):
    """Versions of the rules: added, looked at, activated; never edited or deleted."""

    list_display = ("version", "note", "base_method", "is_active", "created_at", "activated_at")
    readonly_fields = ("version", "is_active", "created_at", "activated_at")
    actions = ("make_active",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version begins as a copy of the active one."""
        active = ScoringProfile.active()
        names = [field.name for field in ScoringProfile._meta.fields if field.editable]
        return {name: getattr(active, name) for name in names if name != "note"}

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description="Use this version from now on", permissions=["change"])
    def make_active(self, request: HttpRequest, queryset: QuerySet[ScoringProfile]) -> None:
        """Activate one version."""
        profile = _only_one(self, request, queryset)
        if profile is not None:
            activate_profile(profile)
            self.message_user(
                request,
                f"Scores computed from now on use version {profile.version}; older ones stay as "
                "they are until `backfill --reprocess all`.",
            )


def _only_one(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, queryset: QuerySet[Any]
) -> Any:
    """The one chosen row; None, with a word to the user, if it is not one."""
    rows = list(queryset[:2])
    if len(rows) == 1:
        return rows[0]
    model_admin.message_user(request, "Choose exactly one row.", messages.ERROR)
    return None
