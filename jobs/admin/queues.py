"""The pages of the queues."""

from django.contrib import admin
from django.http import HttpRequest
from django_rq.admin import QueueAdmin
from django_rq.models import Dashboard

admin.site.unregister(Dashboard)


@admin.register(Dashboard)
class QueuesAdmin(QueueAdmin):
    """Leads to the queues. There are no rows behind it, not even a table."""

    def get_object(
        self, _request: HttpRequest, _object_id: str, _from_field: object = None
    ) -> None:
        """Whatever row is asked for does not exist."""
