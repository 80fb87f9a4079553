"""What may be asked of industries."""

from typing import Any

from django_filters import FilterSet

from config.industries import industry_key
from sentiment_api.filters.base import IndustryFilter, OrderingFilter
from sentiment_api.industries import ORDERS, Industry, ordered, read_industries


class IndustryFilterSet(FilterSet):  # type: ignore[misc]
    """Over what `read_industries` gives: no rows of one table."""

    industry = IndustryFilter(help_text="The industry, without regard to case.")
    ordering = OrderingFilter(
        {name: name for name in ORDERS},
        key="industry",
        help_text="What to order by, the first one first; `-` turns one round. `getting_worse` has "
        "the surest fall first. Industries without a value come last.",
    )

    def filter_queryset(self, queryset: Any) -> list[Industry]:
        """The industries that are asked for; the given rows are not looked at."""
        del queryset
        asked = self.form.cleaned_data.get("industry")
        words = self.form.cleaned_data.get("ordering", ())
        rows = read_industries()
        if asked:
            rows = [row for row in rows if industry_key(row.industry) == industry_key(asked)]
        return ordered(rows, words)
