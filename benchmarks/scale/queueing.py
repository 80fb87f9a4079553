"""Hourly runs and workers, simulated. Pure: only random numbers from a seed.

At every full hour one chain of steps for each shard of the customers enters the queue, first come
first served. A worker without a chain is at a backfill, whose pieces it ends before it looks again.
A chain whose worker dies is tried again as RQ does it; what then is still not done, the next hour's
chain of that shard does as well, since owed work is in the database.
"""

import heapq
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

HOUR = 3600.0
RETRY_AFTER = (10.0, 60.0, 300.0)


@dataclass(frozen=True)
class Load:
    """What a simulated installation has to do, in seconds."""

    shards: int
    workers: int
    service: float
    """What a chain takes, on average."""
    variation: float = 0.0
    """Standard deviation of that, as a share of the mean; the distribution is log-normal."""
    piece: float = 0.0
    """How long a piece of a backfill is that keeps workers busy all the time; 0: there is none."""
    dying: float = 0.0
    """The share of attempts that end half-way with the death of their worker."""

    @property
    def utilisation(self) -> float:
        """The share of an hour that workers need for its chains; above 1 they fall behind."""
        return self.shards * self.service / (self.workers * HOUR)


def ready_after(load: Load, hours: int, seed: int = 1) -> list[float]:
    """For each hour, the seconds from its begin until the scores of all shards are there (infinite
    for the last ones when their shards' retries ran out)."""
    dice = random.Random(seed)  # noqa: S311 - the same each time
    free = [_piece_left(load, dice) for _ in range(load.workers)]
    heapq.heapify(free)
    numbers = count()
    waiting = [(hour * HOUR, next(numbers), hour, shard, 0) for hour, shard in _chains(load, hours)]
    heapq.heapify(waiting)
    done = [[math.inf] * hours for _ in range(load.shards)]
    while waiting:
        arrived, _, hour, shard, attempt = heapq.heappop(waiting)
        begin = _begin(heapq.heappop(free), arrived, load, dice)
        seconds = _service(load, dice)
        if dice.random() < load.dying:
            died = begin + seconds * dice.random()
            heapq.heappush(free, died)
            if attempt < len(RETRY_AFTER):
                again = died + RETRY_AFTER[attempt]
                heapq.heappush(waiting, (again, next(numbers), hour, shard, attempt + 1))
            continue
        heapq.heappush(free, begin + seconds)
        _settle(done[shard], hour, begin + seconds)
    return [max(of_shard[hour] for of_shard in done) - hour * HOUR for hour in range(hours)]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so great a share of them does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def workers_for(load: Load, goal: float, hours: int, share: float = 0.95) -> int:
    """The fewest workers with which so great a share of hours is ready within `goal` seconds.
    Raises ValueError where a chain alone takes longer."""
    if load.service >= goal:
        raise ValueError(f"one chain alone takes {load.service:.0f} s: make more shards")
    least = most = max(math.ceil(load.shards * load.service / HOUR), 1)
    while not _reaches(load, most, goal, hours, share):
        least, most = most + 1, most * 2
    while least < most:
        middle = (least + most) // 2
        if _reaches(load, middle, goal, hours, share):
            most = middle
        else:
            least = middle + 1
    return least


def _reaches(load: Load, workers: int, goal: float, hours: int, share: float) -> bool:
    trial = Load(**{**vars(load), "workers": workers})
    return trial.utilisation < 1 and percentile(ready_after(trial, hours), share) <= goal


def _chains(load: Load, hours: int) -> Iterator[tuple[int, int]]:
    return ((hour, shard) for hour in range(hours) for shard in range(load.shards))


def _begin(free: float, arrived: float, load: Load, dice: random.Random) -> float:
    """When a worker that is free from some time on takes a chain: one that was idle may be at a
    piece of a backfill."""
    return free if free >= arrived else arrived + _piece_left(load, dice)


def _piece_left(load: Load, dice: random.Random) -> float:
    return dice.random() * load.piece


def _service(load: Load, dice: random.Random) -> float:
    if not load.variation:
        return load.service
    spread = math.log1p(load.variation**2)
    return dice.lognormvariate(math.log(load.service) - spread / 2, math.sqrt(spread))


def _settle(of_shard: list[float], hour: int, end: float) -> None:
    """A chain computes its hour, and what was never done of those before."""
    of_shard[hour] = end
    while hour and of_shard[hour - 1] == math.inf:
        hour -= 1
        of_shard[hour] = end
