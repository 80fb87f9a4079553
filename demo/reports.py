"""The invented reports: what customers report in an hour, for any hour of any year.

The reports of an hour depend on the seed and that hour alone, never on when one asks: the first
load, the feeder and the gap after a night without the demo all draw from the same stream. (Another
numpy may draw other numbers.) Rates follow each customer's local day and week, vary from day to
day, and rise in incidents. A few reports arrive hours after the time they carry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from demo import incidents
from demo.customers import Customers, invent

SEED = 20260101
HISTORY = timedelta(days=30)
LATE_SHARE = 0.03
LATEST = timedelta(hours=20)
"""No report arrives later than this after the time it carries."""

# The share of a working day's reports that falls into each local hour, relative to the mean.
_DAY = np.array(
    [
        *(0.15, 0.1, 0.1, 0.1, 0.15, 0.2, 0.4, 0.9, 1.7, 2.5, 2.6, 2.3),
        *(1.8, 2.0, 2.3, 2.2, 1.8, 1.2, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2),
    ]
)
_WEEK = np.array([1.15, 1.1, 1.05, 1.0, 0.95, 0.25, 0.2])
_RHYTHM = np.outer(_WEEK, _DAY).ravel()
_RHYTHM /= _RHYTHM.mean()
_FIRST_WEEKDAY = 3  # 1970-01-01 was a Thursday
_HOUR = 3600

_SUBJECTS = {
    "FN": (
        "Your parcel could not be delivered",
        "Invoice overdue: final notice",
        "Password expires today",
        "You have a new voice message",
        "Shared document is waiting",
        "Confirm your payroll details",
    ),
    "FP": (
        "Minutes of Tuesday's meeting",
        "Purchase order attached",
        "Newsletter: spring programme",
        "Your booking is confirmed",
        "Quotation as discussed",
        "Timetable for next week",
    ),
}
_SENDERS = ("billing", "service", "office", "news", "no-reply", "accounts")
_DOMAINS = ("example.com", "example.net", "example.org", "mail.example", "post.example")


@dataclass(frozen=True, order=True, slots=True)
class Report:
    """One report; times are aware, in UTC, to the second."""

    arrives_at: datetime
    reported_at: datetime
    customer_id: int
    sample_type: str
    email_data: dict[str, str | float]


class Reports:
    """The stream of reports of one seed."""

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        self.customers: Customers = invent(seed)
        self.of_hour = lru_cache(maxsize=64)(self._of_hour)

    def arriving(self, after: datetime, until: datetime) -> Iterator[Report]:
        """Reports that reach the source in `(after, until]`, by the hour they carry."""
        first = _hour_number(after - LATEST)
        for hour in range(first, _hour_number(until) + 1):
            for report in self.of_hour(hour):
                if after < report.arrives_at <= until:
                    yield report

    def expected(self, hour: int) -> npt.NDArray[np.float64]:
        """Expected reports in an hour (hours since 1970): one row FN, one row FP, by customer."""
        customers = self.customers
        local = (hour + customers.utc_offset + 24 * _FIRST_WEEKDAY) % len(_RHYTHM)
        day = np.random.default_rng([self.seed, 2, hour // 24])
        rate = customers.rate * _RHYTHM[local] * day.gamma(5.0, 1 / 5.0, len(customers.rows))
        expected = np.stack([rate * customers.fn_share, rate * (1 - customers.fn_share)])
        for incident in incidents.in_hour(self.seed, customers, hour):
            row = 0 if incident.sample_type == "FN" else 1
            expected[row, incident.hits(customers)] *= incident.factor
        return expected

    def _of_hour(self, hour: int) -> tuple[Report, ...]:
        random = np.random.default_rng([self.seed, 3, hour])
        counts = random.poisson(self.expected(hour))
        kinds, people = np.nonzero(counts)
        times = counts[kinds, people]
        kinds, people = np.repeat(kinds, times), np.repeat(people, times)
        total = len(kinds)
        seconds = random.integers(0, _HOUR, total)
        delay = np.minimum(random.exponential(3 * _HOUR, total), LATEST.total_seconds())
        delay = np.where(random.random(total) < LATE_SHARE, delay, 0).astype(np.int64)
        mails = random.integers(0, 2**31, total)
        return tuple(
            self._report(hour, n, *values)
            for n, values in enumerate(
                zip(
                    kinds.tolist(),
                    people.tolist(),
                    seconds.tolist(),
                    delay.tolist(),
                    mails.tolist(),
                    strict=True,
                )
            )
        )

    def _report(
        self, hour: int, n: int, kind: int, person: int, second: int, delay: int, mail: int
    ) -> Report:
        sample_type = "FP" if kind else "FN"
        customer = self.customers.rows[person]
        reported_at = datetime.fromtimestamp(hour * _HOUR + second, UTC)
        blocked = sample_type == "FP"
        return Report(
            arrives_at=reported_at + timedelta(seconds=delay),
            reported_at=reported_at,
            customer_id=customer.customer_id,
            sample_type=sample_type,
            email_data={
                "message_id": f"<{hour}.{n}@mx.example>",
                "sender": f"{_pick(_SENDERS, mail)}@{_pick(_DOMAINS, mail // 7)}",
                "recipient": f"user{mail % 97}@{customer.domain}",
                "subject": _pick(_SUBJECTS[sample_type], mail // 11),
                "verdict": "blocked" if blocked else "delivered",
                "filter_score": round((0.5 if blocked else 0.0) + mail % 5000 / 10000, 4),
            },
        )


def _pick(choices: tuple[str, ...], number: int) -> str:
    return choices[number % len(choices)]


def _hour_number(moment: datetime) -> int:
    return int(moment.timestamp()) // _HOUR
