"""The simulation does what can be computed by hand."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scale.queueing import HOUR, Load, percentile, ready_after, workers_for

PLAIN = Load(shards=1, workers=1, service=60.0)


def test_one_chain_takes_what_it_takes() -> None:
    assert ready_after(PLAIN, 3) == [60.0] * 3


@pytest.mark.parametrize(("workers", "rounds"), [(1, 7), (2, 4), (3, 3), (7, 1), (20, 1)])
def test_shards_are_shared_among_workers(workers: int, rounds: int) -> None:
    assert ready_after(replace(PLAIN, shards=7, workers=workers), 2) == [rounds * 60.0] * 2


def test_too_few_workers_fall_behind() -> None:
    load = Load(shards=3, workers=2, service=HOUR)
    assert load.utilisation == 1.5
    after = ready_after(load, 6)
    assert after == sorted(after)
    assert after[-1] > 2 * HOUR


def test_a_backfill_delays_by_at_most_a_piece() -> None:
    after = ready_after(replace(PLAIN, piece=10.0), 200)
    assert 60.0 < min(after) < max(after) < 70.0
    assert sum(after) / len(after) == pytest.approx(65.0, abs=1)


def test_a_chain_that_dies_is_tried_again() -> None:
    after = ready_after(replace(PLAIN, dying=0.3), 400)
    again = [seconds for seconds in after if seconds > 60.0]
    assert 0.2 < len(again) / len(after) < 0.4
    assert min(again) >= 60.0 + 10.0


def test_what_was_never_done_the_next_hour_does() -> None:
    after = ready_after(replace(PLAIN, dying=0.6), 400)
    late = [seconds for seconds in after if HOUR < seconds < math.inf]
    assert late
    assert all(seconds - HOUR >= 60.0 for seconds in late)


def test_services_vary_around_their_mean() -> None:
    after = ready_after(replace(PLAIN, variation=0.5), 4_000)
    assert sum(after) / len(after) == pytest.approx(60.0, rel=0.05)
    assert percentile(after, 0.95) > 100.0


@given(
    shards=st.integers(1, 20),
    workers=st.integers(1, 8),
    seconds=st.floats(1, 3_000),
    seed=st.integers(),
)
def test_no_hour_is_ready_sooner_than_work_allows(
    shards: int, workers: int, seconds: float, seed: int
) -> None:
    load = Load(shards, workers, seconds, variation=0.0, piece=5.0, dying=0.0)
    after = ready_after(load, 4, seed)
    assert min(after) >= math.ceil(shards / workers) * seconds - 1e-6


def test_the_fewest_workers_are_found() -> None:
    load = Load(shards=30, workers=1, service=60.0, variation=0.3, piece=2.0, dying=0.01)
    least = workers_for(load, goal=600.0, hours=200)
    assert 3 <= least <= 8
    for workers, enough in ((least, True), (least - 1, False)):
        after = ready_after(replace(load, workers=workers), 200)
        assert (percentile(after, 0.95) <= 600.0) is enough
    with pytest.raises(ValueError, match="make more shards"):
        workers_for(replace(load, service=700.0), goal=600.0, hours=10)
