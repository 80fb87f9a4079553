"""The addresses of how the pipeline is."""

from django.urls import path

from jobs.rest.health import HealthView, LiveView

urlpatterns = [
    path("health/", HealthView.as_view(), name="health"),
    path("health/live/", LiveView.as_view(), name="health-live"),
]
