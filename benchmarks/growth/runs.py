"""How runs grow with the customers that report."""

from collections.abc import Callable
from functools import partial

from benchmarks.growth.curve import Curve, Point
from benchmarks.growth.local import Local, waiting
from benchmarks.processes import Taken
from benchmarks.servers import manage
from benchmarks.stage import Stage

CUSTOMERS = (1_000, 10_000, 100_000, 1_000_000)
REPEATED = 3
MANY = 1_000_000
"""Measured once."""
Say = Callable[[str], None]


def runs(stage: Stage, say: Say) -> list[Curve]:
    """A backfill into an empty database, the hourly run, and the first one of a day."""
    found: dict[str, list[Point]] = {}
    for customers in CUSTOMERS:
        local = stage.have(waiting(customers))
        taken = {
            "backfill of 24 windows into an empty database": [local.filled],
            "hourly run": _often(customers, partial(hourly, local)),
            "first run of a day": _often(customers, partial(first_of_day, local)),
        }
        for work, times in taken.items():
            point = Point.of(customers, times)
            found.setdefault(work, []).append(point)
            say(f"    {customers:,} customers, {work}: {point.seconds:.2f} s, {point.peak:,} bytes")
    return [Curve(work, points) for work, points in found.items()]


def _often(customers: int, measure: Callable[[], Taken]) -> list[Taken]:
    return [measure() for _ in range(1 if customers >= MANY else REPEATED)]


def hourly(local: Local) -> Taken:
    """A run that finds one new window and reads 24 again."""
    with local.copy() as copy:
        manage(copy.settings, "benchmarks.growth.later_in_the_day")
        return copy.command("run_pipeline")


def first_of_day(local: Local) -> Taken:
    """The same, reading all customers again as well."""
    with local.copy() as copy:
        return copy.command("run_pipeline")
