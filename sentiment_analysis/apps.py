"""The admin of this project."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import autodiscover
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class DeskConfig(SimpleAdminConfig):
    """Django's admin with the operator's first page. Its pages are loaded with the addresses of the
    site: commands do without, and start sooner."""

    default_site = "sentiment_analysis.desk.Desk"

    def ready(self) -> None:
        """The checks of the admin are those of its pages, which they load."""
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_pages, checks.Tags.admin)


def check_pages(app_configs: Sequence[Any] | None, **kwargs: Any) -> Sequence[checks.CheckMessage]:
    """What Django's own check says when all pages are there."""
    autodiscover()
    return check_admin_app(app_configs, **kwargs)
