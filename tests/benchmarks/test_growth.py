"""A curve is judged by its largest sizes, memory by its peak, and the page shows both."""

from pathlib import Path

import pytest

from benchmarks.growth.curve import Curve, Point
from benchmarks.growth.parts import PARTS, chosen
from benchmarks.growth.results import (
    BEGIN,
    END,
    SECTIONS,
    SIZES,
    Results,
    curves_as_data,
    faults,
)
from benchmarks.growth.sizes import Size, as_data
from benchmarks.processes import Taken, run
from benchmarks.servers import StartError

ENVIRONMENT = {"PYTHONPATH": ""}


def curve(*seconds: float, memory: int = 10**8) -> Curve:
    """A curve over 1,000, 10,000, …"""
    return Curve(
        "hourly run",
        [
            Point.of(1000 * 10**place, [Taken(one, one * 2, memory)])
            for place, one in enumerate(seconds)
        ],
    )


def test_a_point_shows_the_middle_of_its_times_and_the_worst_of_its_memory() -> None:
    point = Point.of(5, [Taken(3, 1, 10), Taken(1, 1, 30), Taken(2, 1, 20)])
    assert (point.seconds, point.peak) == (2, 30)


@pytest.mark.parametrize(
    ("seconds", "exponent", "linear"),
    [
        ((1, 1, 10), 1.0, True),
        ((1, 50, 50), 0.0, True),
        ((1, 2, 30), 1.176, False),
        ((9, 1, 100), 2.0, False),
    ],
)
def test_growth_is_fitted_to_the_largest_sizes(
    seconds: tuple[float, ...], exponent: float, linear: bool
) -> None:
    one = curve(*seconds)
    assert one.exponent == pytest.approx(exponent, abs=1e-3)
    assert one.linear is linear


def test_faults_name_what_is_steep_and_what_takes_too_much() -> None:
    good = {"curves": curves_as_data([curve(1, 10)])}
    assert faults(good) == []
    steep = {"curves": curves_as_data([curve(1, 20)])}
    assert faults(steep) == ["hourly run grows with the power 1.30"]
    large = {"curves": curves_as_data([curve(1, 2, memory=10**9)])}
    assert [fault.split(" takes ")[1] for fault in faults(large)] == ["1,000 MB"] * 2
    row = {"work": "doctor", "processor": 1.0, "wall": 1.0, "memory": 2 * 10**9}
    assert faults({"commands": [row]}) == ["doctor takes 2,000 MB"]


def test_the_page_shows_what_the_files_hold(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    results = Results(tmp_path / "results", page)
    results.write("runs", {"curves": curves_as_data([curve(1, 30)])})
    results.publish(list(PARTS))
    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}\n### Runs")
    assert text.endswith(f"{END}\nafter\n")
    assert "| hourly run | 1 s, 100 MB | 30 s, 100 MB | **1.48** | worse than linear |" in text
    assert "old" not in text
    assert "### Reads" not in text
    results.publish(list(PARTS))
    assert page.read_text() == text


def test_sizes_stand_on_one_page(tmp_path: Path) -> None:
    """What each report takes, and what a window takes but once, are told apart by two windows."""
    size = Size.fitted("SQLite", {10: 12_000, 100: 102_000})
    assert (size.of_reports, size.of_window) == (1000, 2000)
    assert size.of_a_year(10_000, every=10) == 8760 * (2000 + 1000 * 1000)
    page, other = tmp_path / "operations.md", tmp_path / "page.md"
    page.write_text("before\n{}\nold\n{}\nafter\n".format(*SIZES))
    other.write_text(f"{BEGIN}\n{END}\n")
    results = Results(tmp_path / "results", other, page)
    results.write("sizes", as_data([size, Size("PostgreSQL", 1200, 3000)]))
    results.publish(list(PARTS))
    text = page.read_text()
    assert "score, 2 rows | 1,000 bytes | 1,200 bytes |" in text
    assert "one window of ten | 8.8 GB | 10.5 GB |" in text
    assert "old" not in text
    assert "bytes" not in other.read_text()


def test_the_sizes_in_the_docs_are_those_that_were_measured(tmp_path: Path) -> None:
    """And performance.md has none of its own."""
    kept = Results()
    page = tmp_path / "operations.md"
    page.write_text(kept.sizes_page.read_text())
    other = tmp_path / "performance.md"
    other.write_text(kept.page.read_text())
    Results(kept.folder, other, page).publish(list(PARTS))
    assert page.read_text() == kept.sizes_page.read_text()
    assert "bytes" not in other.read_text()


def test_parts_are_chosen_by_name() -> None:
    assert chosen([]) == list(PARTS) == [*SECTIONS, "sizes"]
    assert chosen(["reads"]) == ["reads"]
    with pytest.raises(ValueError, match="there are runs, backfills"):
        chosen(["read"])


def test_a_process_is_measured_whole() -> None:
    small, large = (
        run(ENVIRONMENT, "timeit", "-n", "1", "-r", "1", f"len(b'x' * {size})")
        for size in (1, 400_000_000)
    )
    assert large.memory > 400_000_000
    assert small.memory < 100_000_000
    assert small.processor > 0
    assert small.wall > 0


def test_a_process_that_fails_is_told() -> None:
    with pytest.raises(StartError, match="no_such_module"):
        run(ENVIRONMENT, "no_such_module")
    assert run(ENVIRONMENT, "no_such_module", fails=True).processor > 0
