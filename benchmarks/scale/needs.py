"""What so many customers need, from the costs that were measured. Pure.

Costs grow with the number of customers, as the curves of growth show; they are carried on along
that line. How many workers are needed is simulated.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.scale.queueing import Load, workers_for

READY_SECONDS = 600.0
"""Scores are to be there so long after the full hour, in 95 of 100 hours."""
SHARD_SECONDS = 60.0
VARIATION, PIECE_SECONDS, DYING = 0.3, 5.0, 0.01
SIMULATED_HOURS = 24
CONNECTIONS_PER_WORKER = 2
"""To the results and, while it reads, to the source."""
HOURS_A_DAY, DAYS_A_YEAR = 24, 365


@dataclass(frozen=True)
class Need:
    """What is needed for a number of customers; seconds, bytes and rows of one hour unless said
    otherwise."""

    counts: float
    rows_a_second: float
    bytes_a_day: float
    bytes_a_year: float
    log_a_day: float
    alone: float
    """How long one worker would be at it."""
    results: float
    """Seconds of processors in the database of results, and below in that of the source."""
    source: float
    shards: int
    workers: int
    connections: int
    days_for_a_year: float
    """How long these workers are at a backfill of a year."""

    @property
    def results_processors(self) -> float:
        """How many processors the database of results keeps busy until the scores are there."""
        return self.results / READY_SECONDS

    @property
    def source_processors(self) -> float:
        """The same of the source."""
        return self.source / READY_SECONDS


def need(case: Mapping[str, Any], customers: int) -> Need:
    """What so many customers that report as those of the case did need."""
    hour, size, factor = case["hour"], case["bytes"], customers / case["customers"]
    counts = customers / case["every"]
    per_count = size["counts"] + size["scores"]
    # The start of a process, which a command has and a worker does not, is in no step.
    alone = sum(hour["steps"].values()) * factor
    shards = max(math.ceil(alone / SHARD_SECONDS), 1)
    load = Load(shards, 1, alone / shards, VARIATION, PIECE_SECONDS, DYING)
    workers = workers_for(load, READY_SECONDS, SIMULATED_HOURS)
    a_year = counts * HOURS_A_DAY * DAYS_A_YEAR
    return Need(
        counts=counts,
        rows_a_second=2 * counts / 3600,
        bytes_a_day=counts * per_count * HOURS_A_DAY,
        bytes_a_year=a_year * per_count,
        log_a_day=hour["log_bytes"] * factor * HOURS_A_DAY,
        alone=alone,
        results=hour["results"] * factor,
        source=hour["source"] * factor,
        shards=shards,
        workers=workers,
        connections=workers * CONNECTIONS_PER_WORKER,
        days_for_a_year=a_year / (backfill_rate(case) * workers) / 86_400,
    )


def backfill_rate(case: Mapping[str, Any]) -> float:
    """Customers and windows a second that one worker brings from the source to scores."""
    counts = case["customers"] * case["windows"] / case["every"]
    return float(counts / case["backfill"]["wall"])
