"""What may be asked of customers."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django_filters import FilterSet

from sentiment_api.filters.base import (
    IndustryFilter,
    OneOfFilter,
    OrderingFilter,
    Rows,
    ShareFilter,
    TextFilter,
    WordsFilter,
    YesNoFilter,
)
from sentiment_api.filters.bounds import BoundsForm
from sentiment_api.filters.fields import MOST_WORDS, parse_id
from sentiment_api.models import CustomerState

SEARCHED = ("company_name", "industry", "city", "state", "country")


class CustomerForm(BoundsForm):
    """Takes a state of the score in the place of a state of the address for a mistake."""

    def clean_state(self) -> str:
        """A state of the address."""
        value: str = self.cleaned_data["state"]
        if value in CustomerState.values:
            raise ValidationError(
                f"{value!r} is a state of the score: ask for {self.asks_for(value)}. "
                "`state` is the part of a country in the address."
            )
        return value

    def asks_for(self, score_state: str) -> str:
        """How a state of the score is asked for."""
        return f"score_state={score_state}"


class CustomerFilterSet(FilterSet):  # type: ignore[misc]
    """Over `Customer.objects.with_score_state(...).with_customer_since()`."""

    industry = IndustryFilter(help_text="The industry, without regard to case.")
    city = TextFilter(help_text="The city, without regard to case.")
    state = TextFilter(
        help_text="The state (part of a country) of the address, without regard to case."
    )
    country = TextFilter(help_text="The country, without regard to case.")
    active = YesNoFilter(
        field_name="inactive_since",
        lookup_expr="isnull",
        help_text="`true`: only customers that the source still has. `false`: only those that are "
        "missing there (see `inactive_since`).",
    )
    score_state = OneOfFilter(
        words=CustomerState.values, help_text="The state of the customer's newest score."
    )
    sentiment_min = ShareFilter(
        field_name="current_sentiment",
        lookup_expr="gte",
        help_text="Only customers whose newest score is at least this.",
    )
    sentiment_max = ShareFilter(
        field_name="current_sentiment",
        lookup_expr="lte",
        help_text="Only customers whose newest score is at most this.",
    )
    search = WordsFilter(
        method="holding_every_word",
        help_text=f"Up to {MOST_WORDS} words, each of which occurs in the company's name, "
        "industry, city, state or country, without regard to case, or is the customer's whole "
        "number.",
    )
    ordering = OrderingFilter(
        {
            "company_name": "company_name",
            "created_at": "customer_since",
            "current_sentiment": "current_sentiment",
            "getting_worse": "change_high",
        },
        key="customer_id",
        nullable=("current_sentiment", "getting_worse"),
        help_text="What to order by, the first one first; `-` turns one round. `getting_worse` "
        "has the surest fall first. Customers without a value come last.",
    )

    class Meta:
        form = CustomerForm

    def holding_every_word(self, rows: Rows, _name: str, words: list[str]) -> Rows:
        """Every word occurs somewhere."""
        for word in words:
            anywhere = _has_number(word)
            for column in SEARCHED:
                anywhere |= Q(**{f"{column}__icontains": word})
            rows = rows.filter(anywhere)
        return rows


def _has_number(word: str) -> Q:
    try:
        return Q(customer_id=parse_id(word))
    except ValidationError:
        return Q()
