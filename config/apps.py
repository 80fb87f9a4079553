"""The room of what operators decide: connections, baselines, profiles, secrets."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the app."""

    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        """A token's name is not its key: names stand on pages and in the history."""
        from rest_framework.authtoken.models import Token

        Token.__str__ = lambda token: f"token of {token.user}"  # type: ignore
