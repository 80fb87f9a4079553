"""One number for a row of a customer (or industry) and a window."""

import numpy as np
from numpy.typing import NDArray

HOURS = 2**24
"""More than the number of a window (hours since 1970) can be."""


def row_key(group: NDArray[np.int64], hour: NDArray[np.int64]) -> NDArray[np.int64]:
    """The key of each group and hour; rising keys are one group after the other."""
    return group * HOURS + hour


def split_key(key: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The group and the hour that `row_key` put together."""
    return key // HOURS, key % HOURS
