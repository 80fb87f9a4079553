"""Filter sets behind arguments. The filter sets are those of REST, with a few lookups more."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from graphene.utils.str_converters import to_camel_case

from sentiment_api.filters.asked import for_asked
from sentiment_api.filters.results import UnknownCustomerError
from sentiment_api.graphql.errors import Code, RefusedError


def filtered(
    filterset_class: type[FilterSet],
    rows: QuerySet[Any],
    values: Mapping[str, Any],
    names: Mapping[str, str] | None = None,
) -> Any:
    """The rows that values of filters ask for; null asks for nothing.

    RefusedError names the arguments that do not fit: `names` says which argument a filter
    stands for, where it is not the filter's own name.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if blank := [name for name, value in given.items() if _is_blank(name, value)]:
        raise RefusedError(_message({name: [_BLANK] for name in blank}, names or {}))
    filterset = for_asked(filterset_class, given)(given, queryset=rows)
    # Bound also without values: the absence of `as_of` says something too.
    filterset.is_bound = True
    if not filterset.form.is_valid():
        raise RefusedError(_message(dict(filterset.form.errors), names or {}))
    try:
        return filterset.filter_queryset(rows)
    except UnknownCustomerError as error:
        raise RefusedError(_message(error.message_dict, names or {}), Code.NOT_FOUND) from error


_BLANK = "This is blank. Leave it out, or give null, to ask for all."


def _is_blank(name: str, value: Any) -> bool:
    """No text asks for everything; a search for no words does, as people empty its field."""
    return name != "search" and isinstance(value, str) and not value.strip()


def _message(errors: Mapping[str, Sequence[str]], names: Mapping[str, str]) -> str:
    return " ".join(
        f"{names.get(name) or to_camel_case(name)}: {text}"
        for name, texts in errors.items()
        for text in texts
    )
