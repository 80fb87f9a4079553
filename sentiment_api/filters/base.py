"""Filters over the fields of `fields`."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django_filters import Filter

from config.industries import industry_key, trim_industry
from sentiment_api.filters import fields
from sentiment_api.models import Customer

Rows = QuerySet[Any]


class TextFilter(Filter):  # type: ignore[misc]
    """A text, compared without case unless `lookup_expr` says otherwise."""

    field_class = fields.TextField

    def __init__(self, *args: Any, lookup_expr: str = "iexact", **kwargs: Any) -> None:
        super().__init__(*args, lookup_expr=lookup_expr, **kwargs)


class WordsFilter(TextFilter):
    """Words, in any order."""

    field_class = fields.WordsField


class IndustryFilter(TextFilter):
    """An industry, in any spelling: trimmed and compared without case, as everywhere."""

    def filter(self, qs: Rows, value: str) -> Rows:
        if not value:
            return qs
        same = Q(**{f"{self.field_name}__iexact": trim_industry(value)})
        return qs.filter(same | Q(**{f"{self.field_name}__in": spellings(value)}))


def spellings(industry: str) -> list[str]:
    """The ways in which customers' industries write this one. (Not every database knows that
    `ß` is `ss`; the pipeline does.)"""
    known = Customer.objects.order_by("industry").values_list("industry", flat=True).distinct()
    key = industry_key(industry)
    return [name for name in known if industry_key(name) == key]


class TimeFilter(Filter):  # type: ignore[misc]
    """A point in time."""

    field_class = fields.TimeField


class IdFilter(Filter):  # type: ignore[misc]
    """The id of a customer in the source."""

    field_class = fields.IdField


class ShareFilter(Filter):  # type: ignore[misc]
    """A number from 0 to 1."""

    field_class = fields.ShareField


class YesNoFilter(Filter):  # type: ignore[misc]
    """True or false."""

    field_class = fields.YesNoField


class OneOfFilter(Filter):  # type: ignore[misc]
    """One of a few words."""

    field_class = fields.OneOfField


class OrderingFilter(Filter):  # type: ignore[misc]
    """Orders by names (each stands for a column), then by the key, so that the order is total.

    Absent values come last in both directions. `nullable` are the names that have some: for the
    others PostgreSQL can turn an index round only where nothing is said of absent values.
    """

    field_class = fields.OrderingField

    def __init__(
        self, columns: Mapping[str, str], key: str, nullable: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(names=list(columns), **kwargs)
        self.columns = columns
        self.key = key
        self.nullable = nullable

    def filter(self, qs: Rows, value: list[str]) -> Rows:
        if not value:
            return qs
        order = [self._term(word.removeprefix("-"), word.startswith("-")) for word in value]
        return qs.order_by(*order, f"-{self.key}" if value[0].startswith("-") else self.key)

    def _term(self, name: str, down: bool) -> OrderBy:
        last = True if name in self.nullable else None
        column = F(self.columns[name])
        return column.desc(nulls_last=last) if down else column.asc(nulls_last=last)
