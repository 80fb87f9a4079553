"""The study of false alarms shuffles and counts what it says."""

import numpy as np
import pytest

from benchmarks.false_alarms import Alarms, Grid, grids, study
from benchmarks.prediction import History, generated
from jobs.change import Differences
from jobs.range_scores import Counts


@pytest.fixture
def grid() -> Grid:
    """Two customers of one industry, each with reports in its own windows."""
    cells = np.arange(2 * 240.0).reshape(2, 240)
    return Grid(cells, 1000 - cells, np.array([0, 0]))


@pytest.mark.parametrize("together", [True, False])
def test_windows_keep_their_reports(grid: Grid, together: bool) -> None:
    """FN stay with their FP, and with those of the other customer only if all move together."""
    found = grid.shuffled(np.random.default_rng(1), together)
    assert not np.array_equal(found.fn, grid.fn)
    assert np.array_equal(np.sort(found.fn, axis=1), grid.fn)
    assert np.all(found.fn + found.fp == 1000)
    assert np.all(found.fn[1] - found.fn[0] == 240) == together


def test_ten_days_after_ten_days() -> None:
    rows = [(0, 500, 3, 1), (1, 739, 2, 2), (1, 740, 5, 0), (0, 979, 1, 1), (0, 980, 9, 9)]
    history = History(Counts(*np.array(sorted(rows), dtype=np.int64).T.copy()), np.array([0, 1]))
    first, second = grids(history)
    assert (first.fn[0, 0], first.fp[1, 239]) == (3, 2)
    assert (second.fn[1, 0], second.fp[0, 239]) == (5, 1)
    assert first.fn.sum() + second.fn.sum() == 11


def test_alarms_are_bounds_beyond_zero() -> None:
    alarms = Alarms()
    bounds = np.array([[-0.3, -0.1], [-0.1, 0.1], [0.0, 0.2], [0.1, 0.2], [np.nan, np.nan]])
    alarms.count(Differences(bounds.mean(1), *bounds.T))
    assert (alarms.comparisons, alarms.falls, alarms.rises) == (4, 1, 1)
    assert str(alarms) == "50.0% (falls 25.0%)"


def test_generated_reports_without_change_give_few_alarms() -> None:
    found = study(generated(10), rounds=2).found
    for alarms in found.values():
        last = list(alarms.values())[-1]
        assert last.comparisons >= 20
        assert last.falls + last.rises <= 0.09 * last.comparisons
