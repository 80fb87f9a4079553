"""All benchmarks, in the order of the table."""

from collections.abc import Sequence

from benchmarks.api.pairs import PAIRS
from benchmarks.benchmark import Benchmark
from benchmarks.fan_out import FAN_OUT

ALL: Sequence[Benchmark] = (*PAIRS, FAN_OUT)


def chosen(only: Sequence[str]) -> list[Benchmark]:
    """Those whose names begin with one of the words; all of them without any."""
    found = [one for one in ALL if not only or one.name.startswith(tuple(only))]
    if not found:
        raise ValueError(f"no benchmark is called so; there are {', '.join(o.name for o in ALL)}")
    return found
