"""What one request may read."""

from sentiment_api.graphql.errors import Code, RefusedError
from sentiment_api.graphql.limits import numbers


class Budget:
    """Counts the rows that a request is about to read."""

    def __init__(self, rows: int = numbers.ROWS) -> None:
        self._limit = self._left = rows

    def take(self, rows: int) -> None:
        """Refuse to read more rows than are left."""
        self._left -= rows
        if self._left < 0:
            raise RefusedError(
                f"This request would read more than {self._limit} rows; ask for less at once.",
                Code.LIMIT_EXCEEDED,
                limit=self._limit,
            )
