"""Scoring a range at once equals a plain loop over the formulas."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.range_scores import Counts, Norms, method_names, score_range
from tests.jobs.plain_loop import NOTHING_KNOWN, Industry, Row, score_of


@dataclass
class Profile:
    """Rules without a database."""

    base_method: str = "weighted_average"
    decay_factor: float = 0.9
    history_windows: int = 10
    max_age_hours: int = 240
    fn_weight: float = 0.0
    fp_weight: float = 1.0
    industry_shrinkage: bool = False
    trend_adjusted: bool = False
    trend_weight: float = 0.2
    industry_normalized: bool = True
    normalisation_method: str = "linear"


@dataclass
class Client:
    """A customer: its windows with reports, and its industry."""

    rows: list[Row]
    industry: Industry = NOTHING_KNOWN


profiles = st.builds(
    Profile,
    base_method=st.sampled_from(["simple_ratio", "weighted_average", "pooled"]),
    decay_factor=st.floats(0.05, 1),
    history_windows=st.integers(1, 12),
    max_age_hours=st.integers(1, 60),
    fn_weight=st.sampled_from([0.0, 0.3, 1.0]),
    fp_weight=st.sampled_from([1.0, 0.7, 0.1]),
    industry_shrinkage=st.booleans(),
    trend_adjusted=st.booleans(),
    trend_weight=st.floats(0, 1),
    industry_normalized=st.booleans(),
    normalisation_method=st.sampled_from(["linear", "logit"]),
)
rows = st.builds(
    Row, hour=st.integers(0, 120), fn=st.integers(0, 300), fp=st.integers(0, 300)
).filter(lambda row: row.fn + row.fp > 0)
clients = st.builds(
    Client,
    rows=st.lists(rows, max_size=25, unique_by=lambda row: row.hour).map(
        lambda found: sorted(found, key=lambda row: row.hour)
    ),
    industry=st.builds(
        Industry,
        baseline=st.none() | st.floats(0.01, 1),
        moments=st.none() | st.tuples(st.floats(0.01, 0.99), st.floats(0, 500)),
    ),
)


def counts_of(customers: list[Client]) -> tuple[Counts, Norms]:
    flat = [(i, row) for i, client in enumerate(customers) for row in client.rows]
    industries = [customers[i].industry for i, _ in flat]
    norms = [
        (np.nan if one.baseline is None else one.baseline, *(one.moments or (np.nan, np.nan)))
        for one in industries
    ]
    return (
        Counts(
            np.array([i for i, _ in flat], dtype=np.int64),
            np.array([row.hour for _, row in flat], dtype=np.int64),
            np.array([row.fn for _, row in flat], dtype=np.int64),
            np.array([row.fp for _, row in flat], dtype=np.int64),
        ),
        Norms(*np.array(norms, dtype=np.float64).reshape(-1, 3).T),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(clients, max_size=5), profiles)
def test_a_range_equals_the_plain_loop(customers: list[Client], rules: Profile) -> None:
    counts, norms = counts_of(customers)
    scores = score_range(counts, norms, rules)
    names = method_names(scores, rules)
    expected = [
        score_of(client.rows, row.hour, rules, client.industry)
        for client in customers
        for row in client.rows
    ]
    assert names == [one.method for one in expected]
    for column in ("base", "raw", "score", "low", "high", "evidence"):
        wanted = [getattr(one, column) for one in expected]
        assert getattr(scores, column).tolist() == pytest.approx(wanted, abs=1e-9), column


def test_a_hand_computed_score() -> None:
    """Windows of 20/80 now and 80/20 an hour before, baseline 0.6."""
    counts, norms = counts_of([Client([Row(0, 80, 20), Row(1, 20, 80)], Industry(0.6))])
    scores = score_range(counts, norms, Profile())
    raw = (0.2 + 0.9 * 0.8) / 1.9
    assert scores.raw[1] == pytest.approx(raw)
    assert scores.score[1] == pytest.approx(0.5 + (raw / 0.6 - 1) * 0.5)
    assert scores.evidence[1] == pytest.approx(1.9**2 / (1 / 100 + 0.81 / 100))


@pytest.mark.parametrize("base", ["simple_ratio", "weighted_average", "pooled"])
def test_so_many_reports_rest_on_so_many_reports(base: str) -> None:
    """The inverse of the inverse of 99 is a little less."""
    counts, norms = counts_of([Client([Row(0, fn, 1)]) for fn in range(400)])
    scores = score_range(counts, norms, Profile(base_method=base))
    for reports in (1, 5, 99, 105, 246):
        assert scores.rest_on(reports).tolist() == [fn + 1 >= reports for fn in range(400)]


def test_the_oldest_hour_is_not_in_the_history() -> None:
    """The history is (t - max_age, t]."""
    counts, norms = counts_of([Client([Row(0, 1, 0), Row(240, 0, 1)])])
    assert score_range(counts, norms, Profile()).base[1] == 0
    counts, norms = counts_of([Client([Row(1, 1, 0), Row(240, 0, 1)])])
    assert score_range(counts, norms, Profile()).base[1] == pytest.approx(0.9 / 1.9)


def test_no_rows_give_no_scores() -> None:
    counts, norms = counts_of([])
    assert len(score_range(counts, norms, Profile(trend_adjusted=True)).score) == 0


def test_a_pooled_base_is_the_ratio_of_decayed_sums() -> None:
    counts, norms = counts_of([Client([Row(0, 80, 20), Row(1, 1, 3)])])
    scores = score_range(counts, norms, Profile(base_method="pooled"))
    assert scores.base[1] == pytest.approx((1 + 0.9 * 80) / (4 + 0.9 * 100))
    assert scores.evidence[1] == pytest.approx((4 + 90) ** 2 / (4 + 0.81 * 100))


def test_missed_attacks_can_count_against_the_score() -> None:
    counts, norms = counts_of([Client([Row(0, 60, 40)])])
    rules = Profile(fn_weight=0.5, fp_weight=1.0, base_method="simple_ratio")
    scores = score_range(counts, norms, rules)
    assert scores.score[0] == pytest.approx(1 - (0.5 * 60 + 40) / 100)
    assert method_names(scores, rules) == ["simple_ratio_error"]


def test_an_interval_keeps_its_order_when_missed_attacks_cost_more() -> None:
    counts, norms = counts_of([Client([Row(0, 9, 1)])])
    scores = score_range(counts, norms, Profile(fn_weight=1.0, fp_weight=0.2))
    assert scores.score[0] == pytest.approx(1 - 9.2 / 10)
    assert scores.low[0] < scores.score[0] < scores.high[0]


def test_few_reports_are_drawn_towards_the_industry() -> None:
    """3 of 4 with a mean of 0.5 that weighs as 16 reports: (3 + 8) / 20."""
    industry = Industry(moments=(0.5, 16.0))
    counts, norms = counts_of([Client([Row(0, 3, 1)], industry), Client([Row(0, 3, 1)])])
    rules = Profile(industry_shrinkage=True)
    scores = score_range(counts, norms, rules)
    assert scores.base.tolist() == pytest.approx([0.55, 0.75])
    assert scores.evidence.tolist() == pytest.approx([4, 4])
    assert scores.high[0] - scores.low[0] < scores.high[1] - scores.low[1]
    assert method_names(scores, rules) == ["weighted_average_shrunk", "weighted_average"]
