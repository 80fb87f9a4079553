"""What one request may read."""

from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits import numbers


class Budget:
    """Counts the rows that a request is about to read, and the values that it answers."""

    def __init__(self, rows: int = numbers.ROWS, values: int = numbers.VALUES) -> None:
        self._rows = self._rows_left = rows
        self._values = values
        self._values_left: float = values

    def take(self, rows: int) -> None:
        """Refuse to read more rows than are left."""
        self._rows_left -= rows
        if self._rows_left < 0:
            raise RefusedError(
                f"This request would read more than {self._rows} rows; ask for less at once.",
                Code.LIMIT_EXCEEDED,
                limit=self._rows,
            )

    def answer(self, values: float) -> None:
        """Refuse to answer more values than are left."""
        self._values_left -= values
        if self._values_left < 0:
            raise RefusedError(
                f"This request would answer more than {self._values} values (rows times the "
                "fields of each; five rows that are added up count as two); ask for less at once, "
                "or for a series.",
                Code.LIMIT_EXCEEDED,
                limit=self._values,
            )
