"""The room of what operators decide: connections, baselines, profiles, secrets."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the app."""

    name = "config"
    verbose_name = "Configuration"
