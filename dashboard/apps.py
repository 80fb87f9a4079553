"""The room of the pages."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Registers the app."""

    name = "dashboard"
    verbose_name = "Dashboard"
