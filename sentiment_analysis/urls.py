"""All addresses of the project."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.gzip import gzip_page
from django.views.generic import RedirectView

from dashboard.views import about_score, dashboard, graphiql
from jobs.rest.metrics import MetricsView
from sentiment_api.graphql.view import GraphQLView
from sentiment_api.rest.handlers import no_such_address, without_slash

admin.autodiscover()

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard, name="dashboard"),
    path("about/score/", about_score, name="about-score"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}favicon.svg")),
    path("admin/rq/", include("django_rq.urls")),
    path("admin/", admin.site.urls),
    path("metrics", MetricsView.as_view(), name="metrics"),
    path("graphql/", gzip_page(GraphQLView.as_view(page=graphiql)), name="graphql"),
    path("api/", include("sentiment_api.rest.urls")),
    path("api/", include("config.rest.urls")),
    path("api/", include("jobs.rest.urls")),
    # `.` matches no line break.
    re_path(r"^api/(?:[\s\S]*/)?$", no_such_address),
    re_path(r"^api/[\s\S]*[^/]$", without_slash),
]
handler400 = "sentiment_api.graphql.handlers.bad_request"
handler500 = "sentiment_api.rest.handlers.server_error"

if settings.DEBUG_TOOLBAR:
    from debug_toolbar.toolbar import debug_toolbar_urls

    urlpatterns += debug_toolbar_urls()
