"""What may be asked of results: scores, segments, totals."""

from datetime import datetime
from itertools import product
from typing import Any

from django.core.exceptions import ValidationError
from django_filters import FilterSet

from config.models import BaseMethod
from jobs.range_scores import APPLIED
from sentiment_api.filters.base import (
    IdFilter,
    IndustryFilter,
    OneOfFilter,
    OrderingFilter,
    Rows,
    ShareFilter,
    TimeFilter,
)
from sentiment_api.filters.bounds import BoundsForm
from sentiment_api.knowledge import ignorance, past
from sentiment_api.models import Customer, ScoreState

METHODS = [
    base + error + "".join(steps)
    for base in BaseMethod.values
    for error in ("", "_error")
    for steps in product(*APPLIED)
]
"""Every `calculation_method` that a score can have."""


class UnknownCustomerError(ValidationError):
    """A filter names a customer that does not exist."""


class RangeForm(BoundsForm):
    """Refuses a range that ends before it begins, and what will be known in the future."""

    def clean_as_of(self) -> datetime | None:
        """A time that has come."""
        value: datetime | None = self.cleaned_data["as_of"]
        try:
            return value and past(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("start_date"), values.get("end_date")
        if start and end and start >= end:
            self.add_error(
                "start_date",
                f"{start.isoformat()} is not before end_date {end.isoformat()}.",
            )
        return values


class WindowFilterSet(FilterSet):  # type: ignore[misc]
    """A range of windows, and what was current in it now or at an earlier time."""

    start_date = TimeFilter(
        method="from_start", help_text="Only windows that start then or later (ISO 8601)."
    )
    end_date = TimeFilter(
        method="to_end", help_text="Only windows that end then or earlier (ISO 8601)."
    )
    as_of = TimeFilter(
        method="untouched",
        help_text="What was current at that time (ISO 8601), whatever was revised since. Not in "
        "the future.",
    )

    class Meta:
        form = RangeForm

    def from_start(self, rows: Rows, _name: str, value: Any) -> Rows:
        """Windows that start then or later."""
        return rows.filter(window_start__gte=value)

    def to_end(self, rows: Rows, _name: str, value: Any) -> Rows:
        """Windows that end then or earlier."""
        return rows.filter(window_end__lte=value)

    def untouched(self, rows: Rows, _name: str, _value: Any) -> Rows:
        """`filter_queryset` reads this one: its absence says something too."""
        return rows

    @property
    def notice(self) -> str | None:
        """What is to be said besides the rows; ask when the form is valid."""
        at = self.form.cleaned_data.get("as_of")
        return ignorance(at) if at else None

    def filter_queryset(self, queryset: Any) -> Rows:
        """Rows that are current, or were at `as_of`."""
        at = self.form.cleaned_data.get("as_of")
        rows = queryset.as_of(at) if at else queryset.current()
        filtered: Rows = super().filter_queryset(rows)
        return filtered


class SentimentHistoryFilterSet(WindowFilterSet):
    """The scores of one customer."""

    ordering = OrderingFilter(
        {"window_start": "window_start"}, key="job_id", help_text="Newest window first, or last."
    )


class SentimentScoreFilterSet(WindowFilterSet):
    """The scores of all customers."""

    industry = IndustryFilter(
        help_text="The industry in which the score was counted, without regard to case."
    )
    customer__industry = IndustryFilter(
        help_text="The industry of the customer now, without regard to case; also with `as_of`."
    )
    customer = IdFilter(method="of_customer", help_text="The customer's id in the source.")
    calculation_method = OneOfFilter(words=METHODS, help_text="What was applied to the row.")
    state = OneOfFilter(words=ScoreState.values, help_text="Does the score rest on enough reports?")
    sentiment_min = ShareFilter(
        field_name="sentiment_score",
        lookup_expr="gte",
        help_text="Only scores of at least this.",
    )
    sentiment_max = ShareFilter(
        field_name="sentiment_score",
        lookup_expr="lte",
        help_text="Only scores of at most this.",
    )
    ordering = OrderingFilter(
        {name: name for name in ("created_at", "sentiment_score", "window_start")},
        key="job_id",
        help_text="What to order by, the first one first; `-` turns one round.",
    )

    def of_customer(self, rows: Rows, _name: str, value: int) -> Rows:
        """The rows of one customer."""
        customer = Customer.objects.only("pk").filter(customer_id=value).first()
        if customer is None:
            raise UnknownCustomerError({"customer": f"There is no customer {value}."})
        return rows.filter(customer=customer)


class SegmentSentimentFilterSet(WindowFilterSet):
    """The rows of industries."""

    industry = IndustryFilter(help_text="The industry, without regard to case.")
    ordering = OrderingFilter(
        {"window_start": "window_start", "industry": "industry"},
        key="job_id",
        help_text="What to order by, the first one first; `-` turns one round.",
    )


class OverallSentimentFilterSet(WindowFilterSet):
    """The rows of the whole product."""

    ordering = OrderingFilter(
        {"window_start": "window_start"}, key="job_id", help_text="Newest window first, or last."
    )
