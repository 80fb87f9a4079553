"""How the customers of an industry differ: mean and strength of the beta distribution from which
their shares of FN could have been drawn. Pure: numpy in, numbers out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_CUSTOMERS = 3
"""Fewer say nothing about how customers differ."""
_ROUNDS = 10


@dataclass(frozen=True)
class Moments:
    """Of a beta distribution: its mean, and its strength alpha + beta, in reports. `customers` is
    how many it was fitted to."""

    mean: float
    strength: float
    customers: int


def beta_moments(fn: NDArray[np.int64], reports: NDArray[np.int64]) -> Moments | None:
    """The moments behind customers with these counts, by the moment estimator with iterated
    weights of J. C. Kleinman, JASA 68 (1973) 46-54.

    Where customers seem to differ by no more than chance the estimate has no bound, also when they
    are few and chance alone hides how they differ. So the strength is never more than the reports
    that the mean rests on.

    None where they cannot be told: fewer than three customers, reports of one kind alone, or no
    customer with two reports.
    """
    size = reports[reports > 0].astype(np.float64)
    share, correlation = fn[reports > 0] / size, 0.0
    total = float(size.sum())
    if len(size) < LEAST_CUSTOMERS or size.max() < 2 or not 0 < fn.sum() < total:
        return None
    for _ in range(_ROUNDS):
        weight = size / (1 + correlation * (size - 1))
        mean = float(np.average(share, weights=weight))
        correlation = _correlation(share, size, weight, mean)
    strength = 1 / correlation - 1 if correlation > 1 / (1 + total) else total
    return Moments(mean, strength, len(size))


def _correlation(
    share: NDArray[np.float64],
    size: NDArray[np.float64],
    weight: NDArray[np.float64],
    mean: float,
) -> float:
    """The correlation of reports within a customer, 1 / (strength + 1), that makes the expected
    spread of the shares the one that is seen; in [0, 1]."""
    spread = float(np.sum(weight * (share - mean) ** 2)) / (mean * (1 - mean))
    free = weight * (1 - weight / weight.sum())
    by_chance, by_customer = np.sum(free / size), np.sum(free * (1 - 1 / size))
    return float(np.clip((spread - by_chance) / by_customer, 0.0, 1.0))
