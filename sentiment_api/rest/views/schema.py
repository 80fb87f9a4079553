"""`schema/`: the contract, and two ways to read it. No other host is asked for anything."""

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
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
    """A page for everybody; the policy of all pages lets it ask nobody but this server."""

    permission_classes = [AllowAny]
    authentication_classes = []


class SwaggerView(LocalPage, SpectacularSwaggerSplitView):
    """Swagger UI, dark where the reader's system is."""

    template_name = "sentiment_api/swagger_ui.html"


@method_decorator(csp_update({"worker-src": ["blob:"]}), name="dispatch")
class RedocView(LocalPage, SpectacularRedocView):
    """ReDoc, without fonts and logos of others."""

    template_name = "sentiment_api/redoc.html"
