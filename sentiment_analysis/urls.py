"""All addresses of the project."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/rq/", include("django_rq.urls")),
    path("admin/", admin.site.urls),
    path("graphql/", include("sentiment_api.graphql.urls")),
    path("api/", include("sentiment_api.rest.urls")),
    path("api/", include("jobs.rest.urls")),
]

if settings.DEBUG_TOOLBAR:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()
