"""`config/what_if/`"""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.views.base import ConfigView
from config.rest.what_if import WhatIfQuestionSerializer, WhatIfSerializer
from jobs.what_if import TooManyScoresError, what_if
from sentiment_api.rest.errors import Complaint
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples
from sentiment_api.rest.serializers.error import ErrorSerializer


class WhatIf(ConfigView):
    """What other rules would do."""

    serializer_class = WhatIfQuestionSerializer

    @d.describe(
        "askWhatIf",
        "Ask what other rules would do",
        d.CONFIGURATION,
        {
            200: WhatIfSerializer,
            404: OpenApiResponse(ErrorSerializer, description="There is no such version."),
        },
        examples.WHAT_IF,
        sent=examples.WHAT_IF_QUESTION,
        request=WhatIfQuestionSerializer,
    )
    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Old and new scores of the last days side by side: overall, by industry, and for the most
        affected customers. Nothing is written. Asking about the active `profile_version` tells what
        computing everything again would do."""
        question = self.body()
        try:
            answer = what_if(
                question.rules(),
                question.baseline_changes(),
                days=question.validated_data["days"],
                limit=question.validated_data["limit"],
            )
        except TooManyScoresError as error:
            raise Complaint({"days": f"{error}."}) from error
        return Response(WhatIfSerializer(answer).data)
