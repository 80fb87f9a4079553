"""Versions of the rules of scoring: added, compared, activated."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from config.admin.choosing import only_one
from config.admin.pages import page, require_view
from config.admin.what_if import Overrides, WhatIfAdmin, preview
from config.models import ScoringProfile
from jobs.industry_moments import settle_moments
from jobs.profiles import activate
from sentiment_api.profile_usage import usage

ACTIVATE = "admin:config_scoringprofile_activate"


@dataclass(frozen=True)
class Setting:
    """One rule, in this version and in the active one."""

    name: str
    value: str
    active: str
    help: str

    @property
    def differs(self) -> bool:
        """Is it another one than in the active version?"""
        return self.value != self.active


def settings_of(profile: ScoringProfile, active: ScoringProfile) -> list[Setting]:
    """Every rule of a version beside that of the active one."""
    return [
        Setting(
            str(field.verbose_name),
            _said(profile, field),
            _said(active, field),
            str(field.help_text),
        )
        for field in ScoringProfile._meta.concrete_fields
        if field.editable and field.name not in ("id", "note")
    ]


def _said(profile: ScoringProfile, field: Any) -> str:
    value = field.value_from_object(profile)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(dict(field.flatchoices).get(value, value))


NO_MOMENTS = (
    "No industry has three customers with reports of both kinds now, so this version draws no "
    "score towards its industry. Make another one when there are reports."
)


@admin.register(ScoringProfile)
class ScoringProfileAdmin(WhatIfAdmin):
    """Versions of the rules: added, looked at, activated; never edited or deleted."""

    list_display = (
        "version",
        "note",
        "difference",
        "is_active",
        "used_by",
        "created_at",
        "activated_at",
    )
    readonly_fields = ("version", "is_active", "created_at", "activated_at", "industry_moments")
    actions = ("what_would_it_do", "make_active")
    change_list_template = "config/profile_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Also to activate a version."""
        view = self.admin_site.admin_view(self.activate_view)
        name = "config_scoringprofile_activate"
        return [path("<path:object_id>/activate/", view, name=name), *super().get_urls()]

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
        if obj.industry_shrinkage and not obj.industry_moments:
            self.message_user(request, NO_MOMENTS, messages.WARNING)
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The versions, with the scores that used them and what sets them apart."""
        changes = super().get_changelist_instance(request)
        used, active = usage(), ScoringProfile.active()
        for profile in changes.result_list:
            profile.usage = used.get(profile.pk)
            profile.settings = settings_of(profile, active)
        return changes

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One version, beside the active one."""
        profile = self._row(request, object_id)
        require_view(self, request)
        return page(
            self,
            request,
            "config/profile.html",
            f"Scoring profile, {profile}",
            profile=profile,
            active=ScoringProfile.active(),
            settings=settings_of(profile, ScoringProfile.active()),
            used=usage().get(profile.pk),
            may_activate=self.has_change_permission(request) and not profile.is_active,
            may_ask=request.user.has_perm("jobs.add_pipelinerun"),
            activate_address=reverse(ACTIVATE, args=[profile.pk]),
        )

    def response_add(
        self, request: HttpRequest, obj: ScoringProfile, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show what the new version changes."""
        self.message_user(
            request,
            f"Version {obj.version} is stored. It is not used before you activate it.",
            messages.SUCCESS,
        )
        return redirect("admin:config_scoringprofile_change", obj.pk)

    @method_decorator(require_POST)
    def activate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Use this version from now on."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        profile = self._row(request, object_id)
        self._activate(request, profile)
        return redirect("admin:config_scoringprofile_change", profile.pk)

    def what_if_of(self, row: ScoringProfile) -> tuple[ScoringProfile, Overrides]:
        """This version, with today's baselines."""
        return row, {}

    @admin.action(description="What would this version do?", permissions=["view"])
    def what_would_it_do(
        self, request: HttpRequest, queryset: QuerySet[ScoringProfile]
    ) -> HttpResponse | None:
        """Before it is activated."""
        profile = only_one(self, request, queryset)
        if profile is None:
            return None
        use = ("action", "make_active", "Use this version from now on")
        may_use = self.has_change_permission(request) and not profile.is_active
        again = ("action", "what_would_it_do")
        return preview(self, request, profile, {}, save=use if may_use else None, again=again)

    @admin.action(description="Use this version from now on", permissions=["change"])
    def make_active(self, request: HttpRequest, queryset: QuerySet[ScoringProfile]) -> None:
        """Activate one version."""
        profile = only_one(self, request, queryset)
        if profile is not None:
            self._activate(request, profile)

    @admin.display(description="differs in")
    def difference(self, profile: Any) -> str:
        """The rules that are others than in the active version, in words."""
        if profile.is_active:
            return "-"
        said = [
            f"{one.name}: {one.value} (active: {one.active})"
            for one in profile.settings
            if one.differs
        ]
        return "; ".join(said) or "nothing"

    @admin.display(description="current scores")
    def used_by(self, profile: Any) -> SafeString | str:
        """How many current scores used it, and from when to when."""
        used = profile.usage
        if used is None:
            return "none"
        return format_html(
            '{} of <span class="nowrap">{} to</span> <span class="nowrap">{}</span>',
            f"{used.scores:,}",
            f"{used.first:%Y-%m-%d %H:%M}Z",
            f"{used.last:%Y-%m-%d %H:%M}Z",
        )

    def _row(self, request: HttpRequest, object_id: str) -> ScoringProfile:
        profile: ScoringProfile | None = self.get_object(request, unquote(object_id))
        if profile is None:
            raise Http404("There is no such version.")
        return profile

    def _activate(self, request: HttpRequest, profile: ScoringProfile) -> None:
        activate(profile, request.user)
        self.message_user(
            request,
            f"Scores computed from now on use version {profile.version}. Older ones stay as they "
            "are until you recompute them.",
            messages.SUCCESS,
        )
