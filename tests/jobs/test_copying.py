"""Rows as text for COPY, given to a real PostgreSQL and read back."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.servers import PostgresServer
from jobs.copying import copy_text

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
ROWS = st.lists(
    st.tuples(
        TEXTS,
        st.none() | st.floats(allow_nan=False),
        st.integers(-(2**63), 2**63 - 1),
        st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
        st.booleans(),
        st.uuids(),
    )
)


@pytest.fixture(scope="module")
def cursor(postgres: PostgresServer) -> Iterator[Any]:
    """A session of a database that has a table with a column of each kind."""
    postgres.create_database("copying")
    with postgres.connect("copying") as link, link.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE kinds (name text, score float8, count int8, at timestamptz, "
            "owed bool, key uuid, run uuid, n serial)"
        )
        yield cursor
    link.close()
    postgres.drop_database("copying")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS)
def test_what_is_copied_is_what_was_given(cursor: Any, rows: list[tuple[Any, ...]]) -> None:
    run = uuid4()
    names = ("name", "score", "count", "at", "owed", "key")
    columns: dict[str, Any] = dict(zip(names, map(list, zip(*rows, strict=True)), strict=False))
    values = {name: columns.get(name, []) for name in names} | {"run": run.hex}
    cursor.execute("TRUNCATE kinds")
    cursor.copy_expert(f"COPY kinds ({', '.join(values)}) FROM STDIN", copy_text(len(rows), values))
    cursor.execute("SELECT name, score, count, at, owed, key, run FROM kinds ORDER BY n")
    found = [(*row[:5], UUID(str(row[5])), UUID(str(row[6]))) for row in cursor.fetchall()]
    assert found == [(*row, run) for row in rows]
