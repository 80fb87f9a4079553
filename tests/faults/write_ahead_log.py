"""SQLite's write-ahead log, read as it lies on the disk."""

import struct
from pathlib import Path

_HEADER, _FRAME_HEADER = 32, 24


def has_unfinished_transaction(log: Path) -> bool:
    """Do frames of a transaction without its commit stand at the end of the log?"""
    data = log.read_bytes() if log.exists() else b""
    if len(data) < _HEADER:
        return False
    page_size, salts = struct.unpack(">I", data[8:12])[0], data[16:24]
    unfinished = False
    for at in range(_HEADER, len(data) - _FRAME_HEADER, _FRAME_HEADER + page_size):
        if data[at + 8 : at + 16] != salts:
            break
        (size_after_commit,) = struct.unpack(">I", data[at + 4 : at + 8])
        unfinished = size_after_commit == 0
    return unfinished
