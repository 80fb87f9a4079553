"""What takes too long is ended, by one thread for all."""

import threading

from sentiment_analysis.deadlines import Deadlines

PATIENCE = 20.0


def threads() -> list[str]:
    """The names of all threads."""
    return [thread.name for thread in threading.enumerate()]


def test_what_is_late_is_ended_once_and_the_rest_is_not() -> None:
    late = threading.Event()
    ended: list[str] = []

    def end(name: str) -> None:
        ended.append(name)
        late.set()

    deadlines = Deadlines(0.2, end)
    before = threads().count("deadlines")
    for number in range(100):
        with deadlines.watching(f"in time {number}"):
            pass
    with deadlines.watching("late"):
        assert late.wait(PATIENCE)
    assert ended == ["late"]
    # Also when there was nothing to watch for a while.
    late.clear()
    with deadlines.watching("late again"):
        assert late.wait(PATIENCE)
    assert ended == ["late", "late again"]
    assert threads().count("deadlines") == before + 1


def test_each_has_its_own_deadline() -> None:
    ended: list[str] = []
    both = threading.Event()

    def end(name: str) -> None:
        ended.append(name)
        if len(ended) == 2:
            both.set()

    deadlines = Deadlines(0.2, end)
    with deadlines.watching("first"), deadlines.watching("second"):
        assert both.wait(PATIENCE)
    assert ended == ["first", "second"]
