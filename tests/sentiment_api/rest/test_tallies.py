"""Counts that processes tell each other in parts, on a real Valkey."""

from collections import OrderedDict
from typing import Any

import pytest
from django_redis import get_redis_connection  # type: ignore[import-untyped]

from sentiment_api.rest.tallies import InParts, OfAllProcesses, _named

pytestmark = pytest.mark.usefixtures("counted")

LIMIT = 1_000
KEY = "throttle:guest:somebody:1"


@pytest.fixture(autouse=True)
def quiet_clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still; what stands in it is the time."""
    now = [100.0]
    monkeypatch.setattr("sentiment_api.rest.tallies.time.monotonic", lambda: now[0])
    return now


@pytest.fixture
def messages(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How much each message to Valkey told."""
    told: list[int] = []
    add = OfAllProcesses.add

    def noted(self: OfAllProcesses, key: str, seconds: int, more: int = 1) -> int | None:
        told.append(more)
        return add(self, key, seconds, more)

    monkeypatch.setattr(OfAllProcesses, "add", noted)
    return told


def another_process(limit: int = LIMIT) -> InParts:
    """A process with a memory of its own."""
    process = InParts(limit)
    process._parts = OrderedDict()
    return process


def stored() -> int:
    return int(get_redis_connection().get(_named(KEY)) or 0)


def test_most_requests_send_no_message_and_none_is_forgotten(messages: list[int]) -> None:
    process = another_process()
    assert [process.add(KEY, 60) for _ in range(101)] == list(range(1, 102))
    assert len(messages) == 11
    assert sum(messages) == stored() == 101


def test_what_waited_for_a_second_is_told(messages: list[int], quiet_clock: list[float]) -> None:
    process = another_process()
    for _ in range(3):
        process.add(KEY, 60)
    assert messages == [1]
    quiet_clock[0] += 1.0
    assert process.add(KEY, 60) == 4
    assert messages == [1, 3]


@pytest.mark.parametrize("processes", [1, 2, 5])
def test_nobody_gets_more_than_a_part_by_each_process_beyond_the_limit(processes: int) -> None:
    all_of_them = [another_process() for _ in range(processes)]
    allowed = sum(
        count is not None and count <= LIMIT
        for _ in range(2 * LIMIT)
        for count in [process.add(KEY, 60) for process in all_of_them]
    )
    assert LIMIT <= allowed <= LIMIT + processes * LIMIT // InParts.PARTS


def test_small_limits_are_exact(messages: list[int]) -> None:
    one, other = another_process(20), another_process(20)
    counts: list[Any] = [process.add(KEY, 60) for _ in range(12) for process in (one, other)]
    assert counts == list(range(1, 25))
    assert messages == [1] * 24


def test_the_count_ends_with_its_period() -> None:
    another_process().add(KEY, 60)
    assert 0 < get_redis_connection().ttl(_named(KEY)) <= 60


def test_callers_are_forgotten_before_memory_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(InParts, "MOST_CALLERS", 3)
    process = another_process()
    for caller in range(5):
        process.add(f"{KEY}{caller}", 60)
    assert len(process._parts) == 3
