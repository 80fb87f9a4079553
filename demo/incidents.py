"""What goes wrong now and then: each week has a bad filter release and a phishing wave.

Which, when and how bad is drawn from the seed and the week alone, so the past stays as it was
whenever one looks.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from demo.customers import INDUSTRIES, Customers

WEEK_HOURS = 168
# Weeks since 1970 begin on Thursdays. At night and at weekends nobody is there to report.
_STARTING_DAYS = (0, 4, 5, 6)
_STARTING_HOURS = (6, 15)


@dataclass(frozen=True)
class Incident:
    """Reports of one kind multiply for some customers and hours (hours since 1970, half open)."""

    sample_type: str
    start: int
    end: int
    factor: float
    industry: int | None = None
    customer: int | None = None

    def hits(self, customers: Customers) -> npt.NDArray[np.bool_]:
        """Which customers it concerns."""
        if self.industry is not None:
            return np.asarray(customers.industry == self.industry)
        return np.asarray(np.arange(len(customers.rows)) == self.customer)


def in_hour(seed: int, customers: Customers, hour: int) -> list[Incident]:
    """The incidents that go on in an hour (hours since 1970)."""
    week = hour // WEEK_HOURS
    near = [*of_week(seed, customers, week - 1), *of_week(seed, customers, week)]
    return [incident for incident in near if incident.start <= hour < incident.end]


def of_week(seed: int, customers: Customers, week: int) -> tuple[Incident, Incident]:
    """The bad filter release and the phishing wave that begin in a week (weeks since 1970)."""
    random = np.random.default_rng([seed, 1, week])
    release, wave = _start(random, week), _start(random, week)
    # A wave is noticed at a customer of some size: one of the forty largest.
    largest = np.argsort(customers.rate)[::-1][:40]
    return (
        Incident(
            sample_type="FP",
            start=release,
            end=release + int(random.integers(22, 46)),
            factor=float(random.uniform(5, 9)),
            industry=int(random.integers(len(INDUSTRIES))),
        ),
        Incident(
            sample_type="FN",
            start=wave,
            end=wave + int(random.integers(5, 12)),
            factor=float(random.uniform(15, 30)),
            customer=int(random.choice(largest)),
        ),
    )


def _start(random: np.random.Generator, week: int) -> int:
    day = int(random.choice(_STARTING_DAYS))
    return week * WEEK_HOURS + day * 24 + int(random.integers(*_STARTING_HOURS))
