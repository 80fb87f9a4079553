"""What is measured counts only where both sides do the same, and is shown as it was."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from benchmarks.benchmark import Benchmark, Ratio, Side
from benchmarks.repeat import COUNTED, WARM_UP, DifferentAnswersError, Measured, alike, alternate
from benchmarks.results import BEGIN, END, Results
from benchmarks.stage import Stage
from benchmarks.suite import ALL, ALONE, chosen


def silent(_line: str) -> None:
    """Say nothing."""


def side(name: str, figures: Callable[[], float], answer: object = 1) -> Side:
    """A side that gives these figures."""
    return Side(name, figures, lambda: answer)


def benchmark(ratio: Ratio, must: float | None = None, aim: float | None = None) -> Benchmark:
    """One that nobody measures."""

    def no_sides(_stage: Stage) -> tuple[Side, Side]:
        raise AssertionError

    return Benchmark("some-work", "some | work", ratio, no_sides, must, aim)


def measured(ours: float, theirs: float, ratio: Ratio) -> Measured:
    """Both sides with figures that do not vary."""
    mine, other = side("ours", lambda: ours), side("theirs", lambda: theirs)
    return alternate(mine, other, ratio, silent)


def test_both_take_turns_and_the_warm_up_does_not_count() -> None:
    turns: list[str] = []

    def figures(name: str) -> Callable[[], float]:
        def figure() -> float:
            turns.append(name)
            return float(len(turns))

        return figure

    outcome = alternate(side("a", figures("a")), side("b", figures("b")), Ratio.RATE, silent)
    pairs = [set(turns[place : place + 2]) for place in range(0, len(turns), 2)]
    assert pairs == [{"a", "b"}] * (WARM_UP + COUNTED)
    assert turns[0] != turns[2]
    assert len(outcome.ours.values) == len(outcome.theirs.values) == len(outcome.ratios) == COUNTED
    assert min(outcome.ours.values + outcome.theirs.values) > 2 * WARM_UP


def test_another_answer_is_never_counted() -> None:
    def never() -> float:
        raise AssertionError("measured all the same")

    for mine, other, words in (
        ([(1, "a")], [(1, "b")], r"\(1, 'a'\)"),
        ([1, 2], [1], "2 rows"),
        ("x", "y", "gives x"),
    ):
        with pytest.raises(DifferentAnswersError, match=words):
            alternate(side("a", never, mine), side("b", never, other), Ratio.RATE, silent)


def test_floats_may_lose_a_little_on_their_way() -> None:
    one = [("a", 0.1 + 0.2, 3, None)]
    assert alike(one, [("a", 0.3, 3, None)])
    assert alike([1.0], [1])
    for other in (0.3001, None, "0.3"):
        assert not alike(one, [("a", other, 3, None)])
    assert not alike([3], [3.0000000001]), "whole numbers lose nothing"


def test_the_most_memory_of_any_run_is_kept(tmp_path: Path) -> None:
    peaks = iter([5, 7, 6, 4, 3, 2])
    mine = Side("ours", lambda: 2.0, lambda: 1, lambda: next(peaks) * 1_000_000)
    outcome = alternate(mine, side("theirs", lambda: 1.0), Ratio.TIME, silent)
    assert (outcome.ours.peak, outcome.theirs.peak) == (7_000_000, None)
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}{END}")
    results = Results(tmp_path / "results", page)
    results.write(benchmark(Ratio.TIME), outcome)
    results.publish([benchmark(Ratio.TIME)])
    assert "| ours: 2 s (2 to 2), 7 MB | theirs: 1 s (1 to 1) |" in page.read_text()


@pytest.mark.parametrize(
    ("ratio", "ours", "theirs", "value", "better"),
    [
        (Ratio.RATE, 30.0, 20.0, 1.5, 1.6),
        (Ratio.TIME, 3.0, 2.0, 1.5, 1.4),
        (Ratio.FASTER, 2.0, 300.0, 150.0, 151.0),
    ],
)
def test_ratios(ratio: Ratio, ours: float, theirs: float, value: float, better: float) -> None:
    assert measured(ours, theirs, ratio).ratio == pytest.approx(value)
    assert ratio.holds(value, value)
    assert ratio.holds(better, value)
    assert not ratio.holds(value, better)


def test_the_table_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    results = Results(tmp_path / "results", page)
    one = benchmark(Ratio.TIME, must=1.4, aim=1.1)
    results.write(one, measured(2.5, 2.0, Ratio.TIME))
    results.publish([one])
    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}\n| work |")
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text
    assert (
        "| some / work | ours: 2.5 s (2.5 to 2.5) | theirs: 2 s (2 to 2) "
        "| **1.25** (1.25 to 1.25) must | ≤ 1.4 | ≤ 1.1 |" in text
    )
    results.publish([one])
    assert page.read_text() == text


@pytest.mark.parametrize(("ours", "verdict"), [(1.0, "aim"), (1.3, "must"), (1.5, "missed")])
def test_goals_are_judged(tmp_path: Path, ours: float, verdict: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(BEGIN + END)
    results = Results(tmp_path, page)
    one = benchmark(Ratio.TIME, must=1.4, aim=1.1)
    results.write(one, measured(ours, 1.0, Ratio.TIME))
    results.publish([one])
    assert f") {verdict} |" in page.read_text()


def test_what_cannot_be_measured_says_why(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(BEGIN + END)
    results = Results(tmp_path, page)
    one = benchmark(Ratio.RATE, must=1)
    results.write(one, "npm is missing")
    results.publish([one])
    assert "| some / work | npm is missing |  | not measured | ≥ 1 |  |" in page.read_text()


def test_what_was_not_measured_yet_has_its_row(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(BEGIN + END)
    Results(tmp_path, page).publish([benchmark(Ratio.RATE, must=1)])
    assert "| some / work |" in page.read_text()
    assert "| not measured | ≥ 1 |" in page.read_text()


def test_things_are_put_up_once_and_taken_down_at_the_end(tmp_path: Path) -> None:
    events: list[str] = []

    @contextmanager
    def thing(_stage: Stage) -> Iterator[str]:
        events.append("up")
        yield "thing"
        events.append("down")

    with Stage(tmp_path, tmp_path) as stage:
        assert not events
        assert stage.have(thing) == stage.have(thing) == "thing"
        assert events == ["up"]
    assert events == ["up", "down"]


def test_benchmarks_are_chosen_by_the_beginning_of_their_names() -> None:
    names = [one.name for one in ALL]
    assert len(set(names)) == len(names)
    assert chosen([]) == [one for one in ALL if one not in ALONE]
    assert chosen(["peers"]) == list(ALONE)
    assert {one.name for one in chosen(["rest-page"])} == {"rest-page-cold", "rest-page-warm"}
    with pytest.raises(ValueError, match="there are backfill-limit, "):
        chosen(["nothing"])
