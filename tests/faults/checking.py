"""`python -m tests.faults.checking`: are the rows in DATABASE_URL those that its source gives? For
databases that are not that of the tests. Ends with an error when not."""

import os
from typing import TYPE_CHECKING, cast

import django

if TYPE_CHECKING:
    from demo.servers import PostgresServer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sentiment_analysis.settings")
django.setup()

from config.models import DatabaseConfig  # noqa: E402
from jobs.models import Window  # noqa: E402
from jobs.source.connection import open_source  # noqa: E402
from tests.jobs.reference import check_everything  # noqa: E402
from tests.source import SourceDatabase  # noqa: E402


def main() -> None:
    """Compare, and say how many windows there are."""
    with open_source(DatabaseConfig.active()) as source:
        link, name = source.connection, source.config.database_name
        check_everything(SourceDatabase(cast("PostgresServer", None), link, name))
    print(Window.objects.count())


if __name__ == "__main__":
    main()
