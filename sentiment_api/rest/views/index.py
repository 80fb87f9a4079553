"""`/api/`: where to begin."""

from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from sentiment_api.rest.views.base import StrictView

NAMES = ("customers", "scores", "industries", "segments", "overall", "schema", "swagger-ui")


class Index(StrictView):
    """The lists that everybody can read, and the contract, which has all the rest."""

    schema = None
    permission_classes = [AllowAny]

    def get(self, request: Request) -> Response:
        """Their addresses by name."""
        return Response({name: reverse(name, request=request) for name in NAMES})
