"""The first page of the admin, and the order of what is on it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse

ORDER = ("jobs", "config", "sentiment_api", "django_rq", "admin", "auth", "authtoken")
PLACES = {label: place for place, label in enumerate(ORDER)}
NAMES = {"django_rq": "Queues and workers", "admin": "History"}
MODELS = {"LogEntry": "Changes", "Dashboard": "Queues and workers"}


class Desk(admin.AdminSite):
    """Django's admin, which begins with how the pipeline is."""

    site_header = site_title = "Customer sentiment"
    index_title = "Operations"
    index_template = "jobs/index.html"

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """With a few lines on the pipeline."""
        # Pages of the admin register with this site: they come after it.
        from jobs.admin.pipeline import summary

        return super().index(request, {**summary(request), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """What operators need most comes first, under the names they look for."""
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            app["name"] = NAMES.get(app["app_label"], app["name"])
            for model in app["models"]:
                model["name"] = MODELS.get(model["object_name"], model["name"])
        return sorted(apps, key=lambda app: PLACES.get(app["app_label"], len(PLACES)))
