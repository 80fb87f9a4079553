"""Filter sets with the filters alone that a request asks for."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any


def for_asked(filterset_class: Any, names: Iterable[str]) -> Any:
    """The filter set without the filters that are not named: it makes every one that it has, and
    a form for it, anew for each request. Names that it does not know are left out."""
    return _fewer(filterset_class, frozenset(names) & frozenset(filterset_class.base_filters))


@lru_cache(maxsize=512)
def _fewer(filterset_class: Any, names: frozenset[str]) -> Any:
    fewer: Any = type(filterset_class.__name__, (filterset_class,), {})
    fewer.base_filters = {
        name: one for name, one in filterset_class.base_filters.items() if name in names
    }
    return fewer
