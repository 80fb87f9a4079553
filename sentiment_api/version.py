"""The version of the data: while it stays the same, so do the answers made of them."""

from django.db import connection
from django.db.transaction import TransactionManagementError

from jobs import bulk
from sentiment_api.models.version import DataVersion


def bump() -> None:
    """Raise the version. Call it last in the transaction that changes an answer: its row stays
    locked until the transaction ends."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("the version rises in the transaction of the change")
    DataVersion.rise()


def current_version() -> int:
    """The version as it is committed. Read it before the data, so that newer data may carry an
    older version, but never the other way round."""
    rows = bulk.fetch(f"SELECT number FROM {bulk.table(DataVersion)}")  # noqa: S608
    return int(rows[0][0]) if rows else 0
