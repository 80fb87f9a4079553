"""How customers and industries change, as every face shows it."""

from datetime import datetime
from typing import NamedTuple

from sentiment_api.models import ComparedSpan, Customer


class Period(NamedTuple):
    """The reports of one of the two periods, half open."""

    start: datetime
    end: datetime
    fn_count: int
    fp_count: int


class Change(NamedTuple):
    """The raw score of the recent period less that of the one before, with its two-sided 95 %
    interval."""

    difference: float
    low: float
    high: float
    recent: Period
    before: Period

    @property
    def significant(self) -> bool:
        """Is it more than chance? (The interval excludes 0.)"""
        return self.low > 0 or self.high < 0

    @classmethod
    def over(
        cls,
        span: ComparedSpan,
        measured: tuple[float | None, float | None, float | None],
        recent: tuple[int, int],
        before: tuple[int, int],
    ) -> "Change | None":
        """A measured difference with its bounds, and the FN and FP of both periods; None where
        there is nothing to compare."""
        start, middle, end = span.before_start, span.recent_start, span.recent_end
        difference, low, high = measured
        if difference is None or low is None or high is None:
            return None
        if start is None or middle is None or end is None:
            return None
        return cls(
            difference, low, high, Period(middle, end, *recent), Period(start, middle, *before)
        )


def change_of(customer: Customer, span: ComparedSpan) -> Change | None:
    """What a customer carries; None when it sent no reports in one of the periods."""
    return Change.over(
        span,
        (customer.change, customer.change_low, customer.change_high),
        (customer.recent_fn, customer.recent_fp),
        (customer.before_fn, customer.before_fp),
    )
