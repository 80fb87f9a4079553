"""What happens at the vendor: customers come, change, go and return, and report; late, wrongly and
not at all. All of it is drawn from one seeded generator."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jobs.plan import DAILY_REREAD_HOURS
from tests.source import SourceDatabase

INDUSTRIES = ("Banking", " banking ", "Energy", "Retail", "Odd", None)
CUSTOMERS = 14
MOST_LATE = 190
"""Hours. A day's first run reads `DAILY_REREAD_HOURS` again; it may be missed for two days."""
STRANGERS = range(901, 905)
"""Ids that reports name and the source does not have, at first."""


class Life:
    """The vendor's database, hour by hour.

    `changed` says that something has happened which old scores follow only when all of them are
    computed again; `too_late` are the windows of reports that no hourly run looks for any more.
    """

    def __init__(
        self, source: SourceDatabase, chance: random.Random, zone: str, first: datetime
    ) -> None:
        self._source = source
        self._chance = chance
        self._zone = ZoneInfo(zone)
        self._first = first
        self._here: dict[int, str | None] = {}
        self._gone: dict[int, str | None] = {}
        self._rows: list[tuple[object, ...]] = []
        self.changed = False
        self.too_late: set[datetime] = set()
        for _ in range(CUSTOMERS):
            self._comes(first)

    def before(self, now: datetime) -> None:
        """What there is from before the soak."""
        end = self._first
        while end < now:
            end += timedelta(hours=1)
            self._all_report(end)

    def hour(self, now: datetime) -> None:
        """All that has happened in the hour that ends now."""
        for likely, event in self._events():
            if self._chance.random() < likely:
                event(now)
        self._all_report(now)
        self.meanwhile(now)

    def _all_report(self, now: datetime) -> None:
        for customer in sorted(self._here):
            if self._chance.random() < 0.1 + 0.1 * (customer % 3):
                self._report(customer, now - timedelta(hours=1))

    def meanwhile(self, now: datetime) -> bool:
        """What may happen at any moment, also while a run reads; does anything?"""
        late, lost = self._chance.random() < 0.4, self._chance.random() < 0.2
        if late:
            for _ in range(self._chance.randrange(1, 5)):
                longest = self._chance.choice((24, MOST_LATE))
                self._report(self._anyone(), self._back(now, 1, longest))
        if lost:
            self._forget(self._anyone(), self._back(now, 1, MOST_LATE))
        self._source.raw_reports(self._rows)
        self._rows.clear()
        return late or lost

    def _events(self) -> list[tuple[float, Callable[[datetime], None]]]:
        return [
            (0.05, self._comes),
            (0.03, self._goes),
            (0.04, self._returns),
            (0.05, self._is_renamed),
            (0.01, self._moves),
            (0.01, self._stranger_becomes_known),
            (0.2, self._defect),
            (0.03, self._reports_too_late),
        ]

    # Customers.

    def _comes(self, now: datetime) -> None:
        customer = len(self._here) + len(self._gone) + 1
        self._add(customer, self._chance.choice(INDUSTRIES), now)

    def _goes(self, _: datetime) -> None:
        if len(self._here) > CUSTOMERS // 2:
            customer = self._anyone()
            self._gone[customer] = self._here.pop(customer)
            self._source.sql("DELETE FROM customers WHERE customer_id = %s", customer)

    def _returns(self, now: datetime) -> None:
        if self._gone:
            customer = self._chance.choice(sorted(self._gone))
            self._add(customer, self._gone.pop(customer), now)
            # Whoever came and went between two runs was nobody's so far.
            self.changed = True

    def _is_renamed(self, now: datetime) -> None:
        self._update(self._anyone(), "company_name", f"Company of {now:%d %H}", now)

    def _moves(self, now: datetime) -> None:
        customer = self._anyone()
        self._here[customer] = self._chance.choice(INDUSTRIES)
        self._update(customer, "industry", self._here[customer], now)
        self.changed = True

    def _stranger_becomes_known(self, now: datetime) -> None:
        strangers = [one for one in STRANGERS if one not in self._here and one not in self._gone]
        if strangers:
            self._add(strangers[0], self._chance.choice(INDUSTRIES), now)
            self.changed = True

    def _add(self, customer: int, industry: str | None, now: datetime) -> None:
        self._here[customer] = industry
        self._source.customer(
            customer, industry, created_at=self._local(now), updated_at=self._local(now)
        )

    def _update(self, customer: int, column: str, value: str | None, now: datetime) -> None:
        self._source.sql(
            f"UPDATE customers SET {column} = %s, updated_at = %s WHERE customer_id = %s",
            value,
            self._local(now),
            customer,
        )

    def _anyone(self) -> int:
        return self._chance.choice(sorted(self._here))

    # Reports.

    def _reports_too_late(self, now: datetime) -> None:
        window = self._back(now, MOST_LATE, DAILY_REREAD_HOURS + 100)
        self._report(self._anyone(), window)
        self.too_late.add(window)

    def _defect(self, now: datetime) -> None:
        window = now - timedelta(hours=1)
        kind = self._chance.randrange(7)
        if kind == 0:
            self._row(None, "FN", window)
        elif kind == 1:
            self._row(self._anyone(), "XX", window)
        elif kind == 2:
            self._row(self._anyone(), "fn", window)
        elif kind == 3:
            self._row(self._chance.choice(STRANGERS), "FP", window)
        elif kind == 4:
            self._row(self._anyone(), "FP", now + timedelta(hours=self._chance.randrange(5)))
        elif kind == 5:
            self._rows.append((self._anyone(), "FN", "{}", None))
        else:
            self._row(self._anyone(), None, window)

    def _report(self, customer: int, window: datetime) -> None:
        for kind in ("FN", "FP"):
            for _ in range(self._chance.randrange(5)):
                self._row(customer, kind, window)

    def _row(self, customer: int | None, kind: str | None, window: datetime) -> None:
        instant = window + timedelta(seconds=self._chance.randrange(3600))
        self._rows.append((customer, kind, "{}", self._local(instant)))

    def _forget(self, customer: int, window: datetime) -> None:
        """The source loses reports of a customer: all of a window, or half of them."""
        start, end = self._local(window), self._local(window + timedelta(hours=1))
        some = self._chance.choice(("", "AND id % 2 = 0"))
        self._source.sql(
            "DELETE FROM email_samples WHERE customer_id = %s AND reported_at >= %s "
            f"AND reported_at < %s {some.replace('%', '%%')}",
            customer,
            start,
            end,
        )

    def _back(self, now: datetime, least: int, most: int) -> datetime:
        """The start of some window that ended so many hours ago."""
        window = now - timedelta(hours=self._chance.randint(least, most))
        return max(window, self._first)

    def _local(self, instant: datetime) -> datetime:
        """As the source writes it."""
        return instant.astimezone(self._zone).replace(tzinfo=None)
