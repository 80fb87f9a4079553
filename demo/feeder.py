"""A process that goes on bringing reports to the source, as customers would.

`python -m demo.feeder` reads the source's address from DEMO_SOURCE_URL. It first fills the gap
since it last ran, then looks every few seconds for reports that have arrived. It outlives the
source: while that is away, it says so once and tries again.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import psycopg2

from demo import source
from demo.reports import Reports

PAUSE_SECONDS = 3.0
_GAP = timedelta(minutes=1)
_SUMMARY = timedelta(minutes=5)


class Feeder:
    """Brings reports, one `step` at a time, and says what is worth a line."""

    def __init__(self, url: str, reports: Reports, say: Callable[[str], None]) -> None:
        self._url = url
        self._reports = reports
        self._say = say
        self._connection: psycopg2.extensions.connection | None = None
        self._away = False
        self._brought = 0
        self._summed_up: datetime | None = None

    def step(self, now: datetime) -> int:
        """Bring what has arrived up to `now`; 0 when the source is away. Says how many."""
        try:
            brought = self._feed(now)
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            self._lose(error)
            return 0
        if self._away:
            self._away = False
            self._say("the source is back")
        self._sum_up(now, brought)
        return brought

    def close(self) -> None:
        """Leave the source."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _feed(self, now: datetime) -> int:
        if self._connection is None:
            self._connection = psycopg2.connect(self._url, connect_timeout=5)
        gap = now - source.fed_until(self._connection)
        brought = source.feed(self._connection, self._reports, now)
        if gap > _GAP:
            self._say(f"filled a gap of {str(gap).split('.')[0]} with {brought} reports")
        return brought

    def _lose(self, error: Exception) -> None:
        self.close()
        if not self._away:
            why = (str(error).strip() or type(error).__name__).splitlines()[0]
            self._say(f"the source is away, trying again every {PAUSE_SECONDS:.0f} s: {why}")
        self._away = True

    def _sum_up(self, now: datetime, brought: int) -> None:
        self._brought += brought
        if self._summed_up is None:
            self._summed_up, self._brought = now, 0
        elif now - self._summed_up >= _SUMMARY:
            self._say(f"{self._brought} reports in the last {_SUMMARY.seconds // 60} minutes")
            self._summed_up, self._brought = now, 0


def main() -> NoReturn:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    feeder = Feeder(os.environ["DEMO_SOURCE_URL"], Reports(), lambda line: print(line, flush=True))
    while True:
        feeder.step(datetime.now(UTC))
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
