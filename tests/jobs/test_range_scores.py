"""Scoring a range at once equals a plain loop over the formulas."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.range_scores import Counts, method_names, score_range
from tests.jobs.plain_loop import Row, score_of


@dataclass
class Profile:
    """Rules without a database."""

    base_method: str = "weighted_average"
    decay_factor: float = 0.9
    history_windows: int = 10
    max_age_hours: int = 240
    trend_adjusted: bool = False
    trend_weight: float = 0.2
    industry_normalized: bool = True


@dataclass
class Client:
    """A customer: its windows with reports, and the baseline of its industry."""

    rows: list[Row]
    baseline: float | None = field(default=None)


profiles = st.builds(
    Profile,
    base_method=st.sampled_from(["simple_ratio", "weighted_average"]),
    decay_factor=st.floats(0.05, 1),
    history_windows=st.integers(1, 12),
    max_age_hours=st.integers(1, 60),
    trend_adjusted=st.booleans(),
    trend_weight=st.floats(0, 1),
    industry_normalized=st.booleans(),
)
rows = st.builds(
    Row, hour=st.integers(0, 120), fn=st.integers(0, 300), fp=st.integers(0, 300)
).filter(lambda row: row.fn + row.fp > 0)
clients = st.builds(
    Client,
    rows=st.lists(rows, max_size=25, unique_by=lambda row: row.hour).map(
        lambda found: sorted(found, key=lambda row: row.hour)
    ),
    baseline=st.none() | st.floats(0.01, 1),
)


def counts_of(customers: list[Client]) -> tuple[Counts, np.ndarray]:
    flat = [(i, row) for i, client in enumerate(customers) for row in client.rows]
    baselines = [customers[i].baseline for i, _ in flat]
    return (
        Counts(
            np.array([i for i, _ in flat], dtype=np.int64),
            np.array([row.hour for _, row in flat], dtype=np.int64),
            np.array([row.fn for _, row in flat], dtype=np.int64),
            np.array([row.fp for _, row in flat], dtype=np.int64),
        ),
        np.array([np.nan if b is None else b for b in baselines], dtype=np.float64),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(clients, max_size=5), profiles)
def test_a_range_equals_the_plain_loop(customers: list[Client], rules: Profile) -> None:
    counts, baselines = counts_of(customers)
    scores = score_range(counts, baselines, rules)
    names = method_names(scores, rules)
    expected = [
        score_of(client.rows, row.hour, rules, client.baseline)
        for client in customers
        for row in client.rows
    ]
    assert names == [one.method for one in expected]
    for column in ("base", "raw", "score", "low", "high", "evidence"):
        wanted = [getattr(one, column) for one in expected]
        assert getattr(scores, column).tolist() == pytest.approx(wanted, abs=1e-9), column


def test_a_hand_computed_score() -> None:
    """Windows of 20/80 now and 80/20 an hour before, baseline 0.6."""
    counts, baselines = counts_of([Client([Row(0, 80, 20), Row(1, 20, 80)], baseline=0.6)])
    scores = score_range(counts, baselines, Profile())
    raw = (0.2 + 0.9 * 0.8) / 1.9
    assert scores.raw[1] == pytest.approx(raw)
    assert scores.score[1] == pytest.approx(0.5 + (raw / 0.6 - 1) * 0.5)
    assert scores.evidence[1] == pytest.approx(1.9**2 / (1 / 100 + 0.81 / 100))


def test_the_oldest_hour_is_not_in_the_history() -> None:
    """The history is (t - max_age, t]."""
    counts, baselines = counts_of([Client([Row(0, 1, 0), Row(240, 0, 1)])])
    assert score_range(counts, baselines, Profile()).base[1] == 0
    counts, baselines = counts_of([Client([Row(1, 1, 0), Row(240, 0, 1)])])
    assert score_range(counts, baselines, Profile()).base[1] == pytest.approx(0.9 / 1.9)


def test_no_rows_give_no_scores() -> None:
    counts, baselines = counts_of([])
    assert len(score_range(counts, baselines, Profile(trend_adjusted=True)).score) == 0
