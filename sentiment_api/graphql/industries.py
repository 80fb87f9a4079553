"""Names of industries as clients write them."""

from collections.abc import Sequence

from config.industries import industry_key, trim_industry
from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits.numbers import INDUSTRIES
from sentiment_api.models import Customer


def named(industries: Sequence[str | None]) -> set[str]:
    """The names as they are stored: case and blanks around them do not matter."""
    if len(industries) > INDUSTRIES:
        raise RefusedError(
            f"industries: {len(industries)} names are more than the {INDUSTRIES} that are allowed.",
            Code.LIMIT_EXCEEDED,
            limit=INDUSTRIES,
        )
    if any("\0" in (name or "") for name in industries):
        raise RefusedError("industries: null characters are not allowed.")
    keys = {industry_key(name) for name in industries}
    stored = Customer.objects.order_by("industry").values_list("industry", flat=True).distinct()
    return {*map(trim_industry, industries), *(n for n in stored if industry_key(n) in keys)}
