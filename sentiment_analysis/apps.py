"""The admin of this project."""

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    """Django's admin with the operator's first page."""

    default_site = "sentiment_analysis.desk.Desk"
