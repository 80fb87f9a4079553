"""`schema/`: the contract, and two ways to read it. No other host is asked for anything."""

from typing import Any

from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularRedocView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sentiment_api.rest.openapi.document import document
from sentiment_api.rest.views.base import StrictView

CONTENT_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "connect-src 'self'",
        "font-src 'self' data:",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "worker-src blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


class SchemaView(StrictView):
    """The contract, in YAML or JSON."""

    schema = None
    permission_classes = [AllowAny]
    renderer_classes = [
        OpenApiYamlRenderer,
        OpenApiYamlRenderer2,
        OpenApiJsonRenderer,
        OpenApiJsonRenderer2,
    ]

    def get(self, _request: Request) -> Response:
        """The contract."""
        return Response(document())


class LocalPage(APIView):
    """A page that may ask nobody but this server."""

    permission_classes = [AllowAny]
    authentication_classes = []

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Tell the browser so."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Content-Security-Policy"] = CONTENT_SECURITY
        return final


class SwaggerView(LocalPage, SpectacularSwaggerSplitView):
    """Swagger UI."""


class RedocView(LocalPage, SpectacularRedocView):
    """ReDoc, without fonts and logos of others."""

    template_name = "sentiment_api/redoc.html"
