"""Keys that sort by the time they were made (UUID version 7, RFC 9562)."""

import os
import time
import uuid

import numpy as np

_RANDOM_BITS = 62


def time_ordered_uuid() -> uuid.UUID:
    """One key; see `time_ordered_keys`."""
    return uuid.UUID(time_ordered_keys(1)[0])


def time_ordered_keys(count: int) -> list[str]:
    """`count` keys in rising order, as 32 hexadecimal digits: Unix milliseconds (48 bits), their
    fraction (12 bits, counted on from one key to the next), 62 random bits."""
    start = (time.time_ns() << 12) // 1_000_000
    variant = 0b10 << _RANDOM_BITS
    mask = (1 << _RANDOM_BITS) - 1
    randoms = np.frombuffer(os.urandom(8 * count), dtype=np.uint64).tolist()
    return [
        f"{tick >> 12:012x}7{tick & 0xFFF:03x}{variant | (r & mask):016x}"
        for tick, r in enumerate(randoms, start)
    ]
