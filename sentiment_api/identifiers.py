"""Keys that sort by the time they were made (UUID version 7, RFC 9562)."""

import os
import time
import uuid

import numpy as np

_VARIANT = np.uint64(0b10 << 62)


def time_ordered_uuid() -> uuid.UUID:
    """One key; see `time_ordered_keys`."""
    return uuid.UUID(time_ordered_keys(1)[0])


def time_ordered_keys(count: int) -> list[str]:
    """`count` keys in rising order, as 32 hexadecimal digits: Unix milliseconds (48 bits), their
    fraction (12 bits, counted on from one key to the next), 62 random bits."""
    tick = np.arange(count, dtype=np.uint64) + np.uint64((time.time_ns() << 12) // 1_000_000)
    keys = np.empty((count, 2), dtype=">u8")
    keys[:, 0] = (tick >> 12 << 16) | 0x7000 | (tick & 0xFFF)
    keys[:, 1] = np.frombuffer(os.urandom(8 * count), dtype=np.uint64) >> 2 | _VARIANT
    digits = keys.tobytes().hex()
    return [digits[at : at + 32] for at in range(0, len(digits), 32)]
