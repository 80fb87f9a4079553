"""Names of industries as clients write them."""

from collections.abc import Iterable

from config.industries import industry_key, trim_industry
from config.models import IndustryBaseline
from sentiment_api.models import Customer


def spelled(names: Iterable[str | None]) -> list[str]:
    """The names as they are stored: case and blanks around them do not matter."""
    stored = Customer.objects.order_by().values_list("industry", flat=True).distinct()
    baselines = IndustryBaseline.objects.order_by().values_list("industry", flat=True)
    by_key = {industry_key(name): name for name in [*baselines, *stored]}
    return [by_key.get(industry_key(name), trim_industry(name)) for name in names]
