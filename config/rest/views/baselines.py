"""`config/industry_baselines/`"""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from config.history import values
from config.industries import industry_key
from config.models import IndustryBaseline
from config.rest.serializers import BaselineSerializer
from config.rest.views.base import ConfigDetail, ConfigList
from sentiment_api.rest.errors import Conflict
from sentiment_api.rest.openapi import describe as d
from sentiment_api.rest.openapi import examples


def baseline_of(industry: str) -> IndustryBaseline | None:
    """The baseline of an industry, in any spelling."""
    key = industry_key(industry)
    rows = IndustryBaseline.objects.all()
    return next((row for row in rows if industry_key(row.industry) == key), None)


class BaselineList(ConfigList):
    """What is normal in each industry."""

    serializer_class = BaselineSerializer
    queryset = IndustryBaseline.objects.all()

    def store_new(self, serializer: Any) -> tuple[IndustryBaseline, int]:
        """A new industry gets a baseline (201); that of a known one is changed (200), and its
        spelling stays, as does what is not given."""
        known = baseline_of(serializer.validated_data["industry"])
        if known is not None:
            serializer.instance, serializer.partial = known, True
            serializer.validated_data["industry"] = known.industry
        loaded = values(known) if known else None
        row: IndustryBaseline = serializer.checked()
        self.save(row, loaded)
        return row, 200 if known else 201

    @d.describe(
        "listBaselines",
        "List the baselines of industries",
        d.CONFIGURATION,
        {200: BaselineSerializer(many=True)},
        examples.BASELINE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """By industry."""
        return super().get(_request, **_kwargs)

    @d.describe(
        "setBaseline",
        "Set the baseline of an industry",
        d.CONFIGURATION,
        {200: BaselineSerializer, 201: BaselineSerializer},
        examples.BASELINE,
        sent=examples.NEW_BASELINE,
        request=BaselineSerializer,
    )
    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """A new industry is added (201); the baseline of a known one, in any spelling, is changed
        (200), and what is left out stays. Existing scores keep theirs."""
        return super().post(_request, **_kwargs)


class BaselineDetail(ConfigDetail):
    """One baseline."""

    serializer_class = BaselineSerializer
    queryset = IndustryBaseline.objects.all()

    def store(self, serializer: Any) -> IndustryBaseline:
        """Save a baseline; an industry has one."""
        if "industry" in serializer.validated_data:
            other = baseline_of(serializer.validated_data["industry"])
            if other is not None and other.pk != serializer.instance.pk:
                raise Conflict({"industry": "This industry has another baseline already."})
        loaded = values(serializer.instance)
        row: IndustryBaseline = serializer.checked()
        self.save(row, loaded)
        return row

    @d.describe(
        "getBaseline",
        "Read a baseline",
        d.CONFIGURATION,
        {200: BaselineSerializer},
        examples.BASELINE,
    )
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """One baseline."""
        return super().get(_request, **_kwargs)

    @d.describe(
        "replaceBaseline",
        "Replace a baseline",
        d.CONFIGURATION,
        {200: BaselineSerializer},
        examples.BASELINE,
        sent=examples.NEW_BASELINE,
        request=BaselineSerializer,
    )
    def put(self, _request: Request, **_kwargs: Any) -> Response:
        """What is left out gets its default."""
        return super().put(_request, **_kwargs)

    @d.describe(
        "changeBaseline",
        "Change a baseline",
        d.CONFIGURATION,
        {200: BaselineSerializer},
        examples.BASELINE,
        sent=examples.NEW_BASELINE,
        request=BaselineSerializer,
    )
    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """What is left out stays."""
        return super().patch(_request, **_kwargs)
