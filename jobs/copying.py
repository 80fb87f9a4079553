"""Rows as the text that `COPY` of PostgreSQL takes. Pure."""

import io
from collections.abc import Iterable, Mapping
from itertools import repeat
from typing import Any

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_text(rows: int, values: Mapping[str, Any]) -> io.StringIO:
    """So many rows; `values` gives each column a sequence, or one value for all rows."""
    columns = [
        _texts(column) if isinstance(column, list | tuple) else repeat(_text(column), rows)
        for column in values.values()
    ]
    lines = map("\t".join, zip(*columns, strict=True)) if rows else ()
    return io.StringIO("".join(f"{line}\n" for line in lines))


def _texts(column: Iterable[Any]) -> Iterable[str]:
    kinds = set(map(type, column))
    if kinds <= {int, float}:
        return map(repr, column)
    return map(_Remembered().__getitem__, column)


class _Remembered(dict[Any, str]):
    """The text of each value; names and times come again and again."""

    def __missing__(self, value: Any) -> str:
        self[value] = text = _text(value)
        return text


def _text(value: Any) -> str:
    return r"\N" if value is None else str(value).translate(_ESCAPES)
