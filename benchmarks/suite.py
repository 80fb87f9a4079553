"""All benchmarks, in the order of the table."""

from collections.abc import Sequence

from benchmarks.api import pairs as api
from benchmarks.benchmark import Benchmark
from benchmarks.fan_out import FAN_OUT
from benchmarks.pipeline import pairs as pipeline

ALONE: Sequence[Benchmark] = pipeline.PEERS
"""Measured only when they are named: their peers take long to install and to run."""
ALL: Sequence[Benchmark] = (*pipeline.PAIRS, *ALONE, FAN_OUT, *api.PAIRS)


def chosen(only: Sequence[str]) -> list[Benchmark]:
    """Those whose names begin with one of the words; without any all but those that have to be
    named."""
    if only:
        found = [one for one in ALL if one.name.startswith(tuple(only))]
    else:
        found = [one for one in ALL if one not in ALONE]
    if not found:
        raise ValueError(f"no benchmark is called so; there are {', '.join(o.name for o in ALL)}")
    return found
