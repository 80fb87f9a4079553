"""The room of what happens every hour: source, steps, ledger, schedules, commands."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Registers the app."""

    name = "jobs"
    verbose_name = "Pipeline"
