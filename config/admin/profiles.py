"""Versions of the rules of scoring, added and activated."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from config.admin.choosing import only_one
from config.admin.recorded import RecordedAdmin
from config.models import ScoringProfile
from jobs.industry_moments import settle_moments
from jobs.profiles import activate


@admin.register(ScoringProfile)
class ScoringProfileAdmin(RecordedAdmin):
    """Versions of the rules: added, looked at, activated; never edited or deleted."""

    list_display = ("version", "note", "base_method", "is_active", "created_at", "activated_at")
    readonly_fields = ("version", "is_active", "created_at", "activated_at", "industry_moments")
    actions = ("make_active",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new version begins as a copy of the active one."""
        active = ScoringProfile.active()
        names = [field.name for field in ScoringProfile._meta.fields if field.editable]
        return {name: getattr(active, name) for name in names if name != "note"}

    def save_model(
        self, request: HttpRequest, obj: ScoringProfile, form: Any, change: bool
    ) -> None:
        """A new version, with what it keeps of the industries."""
        settle_moments(obj)
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.action(description="Use this version from now on", permissions=["change"])
    def make_active(self, request: HttpRequest, queryset: QuerySet[ScoringProfile]) -> None:
        """Activate one version."""
        profile = only_one(self, request, queryset)
        if profile is not None:
            activate(profile, request.user)
            self.message_user(
                request,
                f"Scores computed from now on use version {profile.version}; older ones stay as "
                "they are until `backfill --reprocess all`.",
            )
