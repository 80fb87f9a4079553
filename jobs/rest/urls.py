"""The addresses of how the pipeline is."""

from django.urls import path

from jobs.rest.health import HealthView, LiveView
from jobs.rest.status import StatusView

urlpatterns = [
    path("health/", HealthView.as_view(), name="health"),
    path("health/live/", LiveView.as_view(), name="health-live"),
    path("jobs/status/", StatusView.as_view(), name="status"),
]
