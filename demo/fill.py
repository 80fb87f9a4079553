"""A source of generated reports in a PostgreSQL that is there already: `python -m demo.fill`.

Fills the empty database that DEMO_SOURCE_URL names, then goes on as `demo.feeder` does.
"""

import os
from contextlib import closing
from datetime import UTC, datetime

import psycopg2

from demo import feeder, source
from demo.reports import Reports


def fill(url: str) -> int:
    """Bring thirty days of reports, unless they are there; how many came."""
    with closing(psycopg2.connect(url, connect_timeout=10)) as connection:
        if source.is_loaded(connection):
            return 0
        return source.load(connection, Reports(), datetime.now(UTC))


if __name__ == "__main__":
    print(f"{fill(os.environ['DEMO_SOURCE_URL'])} reports generated", flush=True)
    feeder.main()
