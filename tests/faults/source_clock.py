"""A source whose clock shows another time: what new sessions call now() is another one."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.source import SourceDatabase


@contextmanager
def clock_of(source: SourceDatabase, hours: int) -> Iterator[None]:
    """It is so many hours ahead."""
    with another_clock(source):
        set_clock_of(source, 3600 * hours)
        yield


@contextmanager
def another_clock(source: SourceDatabase) -> Iterator[None]:
    """New sessions look at a clock that `set_clock_of` sets."""
    source.sql(
        "CREATE SCHEMA clock; GRANT USAGE ON SCHEMA clock TO public; "
        f"ALTER DATABASE {source.name} SET search_path = clock, public, pg_catalog"
    )
    try:
        set_clock_of(source, 0)
        yield
    finally:
        source.sql(f"ALTER DATABASE {source.name} RESET search_path; DROP SCHEMA clock CASCADE")


def set_clock_of(source: SourceDatabase, ahead: float) -> None:
    """It is so many seconds ahead from now on."""
    source.sql(
        "CREATE OR REPLACE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql STABLE "
        f"AS 'SELECT pg_catalog.now() + interval ''{ahead} seconds'''"
    )
