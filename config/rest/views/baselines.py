"""`config/industry_baselines/`"""

from typing import Any

from config.industries import industry_key
from config.models import IndustryBaseline
from config.rest.serializers import BaselineSerializer
from config.rest.views.base import ConfigDetail, ConfigList
from sentiment_api.rest.errors import Conflict


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
        spelling stays."""
        known = baseline_of(serializer.validated_data["industry"])
        if known is not None:
            serializer.instance = known
            serializer.validated_data["industry"] = known.industry
        row: IndustryBaseline = serializer.checked()
        row.save()
        return row, 200 if known else 201


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
        row: IndustryBaseline = serializer.checked()
        row.save()
        return row
