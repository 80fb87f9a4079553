"""The formulas, one by one."""

from itertools import pairwise
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.sentiment_calc import (
    WILSON_Z,
    effective_evidence,
    error_weighted,
    industry_normalized_sentiment,
    logit_normalized_sentiment,
    pooled_sentiment,
    shrunk_share,
    simple_ratio,
    trend_adjusted_sentiment,
    weighted_average_sentiment,
    wilson_interval,
)

counts = st.integers(0, 10_000)
shares = st.floats(0, 1)


def item(timestamp: int, fn: int, fp: int) -> dict[str, Any]:
    return {"timestamp": timestamp, "fn_count": fn, "fp_count": fp}


@pytest.mark.parametrize(
    ("fn", "fp", "score"),
    [(20, 80, 0.2), (80, 20, 0.8), (0, 0, 0.5), (0, 7, 0.0), (7, 0, 1.0), (1, 2, 1 / 3)],
)
def test_simple_ratio(fn: int, fp: int, score: float) -> None:
    assert simple_ratio(fn, fp) == score


@given(counts, counts)
def test_simple_ratio_is_its_definition(fn: int, fp: int) -> None:
    expected = 1 - fp / (fn + fp) if fn + fp else 0.5
    assert simple_ratio(fn, fp) == pytest.approx(expected, abs=1e-12)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="fn=-1"):
        simple_ratio(-1, 2)


def test_weighted_average_of_two_windows() -> None:
    """Newest 0.2 weighs 1, the one before 0.8 weighs 0.9."""
    history = [item(2, 20, 80), item(1, 80, 20)]
    assert weighted_average_sentiment(history) == pytest.approx((0.2 + 0.9 * 0.8) / 1.9)


def test_weighted_average_does_not_depend_on_the_order_given() -> None:
    history = [item(1, 80, 20), item(3, 1, 1), item(2, 20, 80)]
    assert weighted_average_sentiment(history) == weighted_average_sentiment(history[::-1])


def test_weighted_average_without_reports() -> None:
    assert weighted_average_sentiment([]) == 0.5
    assert weighted_average_sentiment([item(1, 0, 0)]) == 0.5
    assert weighted_average_sentiment([item(2, 0, 0), item(1, 10, 0)], 0.5) == pytest.approx(2 / 3)


def test_decay_zero_leaves_the_newest() -> None:
    assert weighted_average_sentiment([item(2, 1, 3), item(1, 1, 0)], 0.0) == 0.25


@pytest.mark.parametrize(
    ("current", "history", "expected"),
    [
        (0.6, [], 0.6),
        (0.6, [0.1], 0.6),
        (0.6, [0.9, 0.5], 0.62),
        (0.6, [0.1, 0.7], 0.58),
        (0.98, [0.1, 0.1], 1.0),
        (0.05, [0.9, 0.9], 0.0),
    ],
)
def test_trend(current: float, history: list[float], expected: float) -> None:
    assert trend_adjusted_sentiment(current, history, 0.2) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("raw", "baseline", "expected"),
    [
        (0.6, 0.6, 0.5),
        (0.3, 0.6, 0.25),
        (0.9, 0.6, 0.75),
        (0.9, 0.3, 1.0),
        (0.0, 0.6, 0.0),
        (0.37, 0, 0.37),
    ],
)
def test_normalisation(raw: float, baseline: float, expected: float) -> None:
    assert industry_normalized_sentiment(raw, baseline) == pytest.approx(expected)


@given(shares, st.floats(0.01, 1))
def test_normalised_scores_stay_in_the_unit_interval(raw: float, baseline: float) -> None:
    assert 0 <= industry_normalized_sentiment(raw, baseline) <= 1


def test_pooled_sums_decay_before_they_are_divided() -> None:
    """(1 + 0.5 * 80) / (4 + 0.5 * 100)."""
    history = [item(1, 80, 20), item(2, 1, 3)]
    assert pooled_sentiment(history, 0.5) == pytest.approx(41 / 54)
    assert pooled_sentiment([]) == pooled_sentiment([item(1, 0, 0)]) == 0.5


@given(st.lists(st.tuples(counts, counts), max_size=8))
def test_pooled_without_decay_is_the_ratio_of_all_reports(rows: list[tuple[int, int]]) -> None:
    history = [item(i, fn, fp) for i, (fn, fp) in enumerate(rows)]
    fn, fp = (sum(column) for column in zip(*rows, strict=True)) if rows else (0, 0)
    assert pooled_sentiment(history, 1.0) == pytest.approx(simple_ratio(fn, fp))


@given(counts, counts.filter(bool), shares, shares)
def test_error_weights_are_their_definition(fn: int, fp: int, a: float, b: float) -> None:
    expected = 1 - (a * fn + b * fp) / (fn + fp)
    assert error_weighted(simple_ratio(fn, fp), a, b) == pytest.approx(expected, abs=1e-12)


@given(shares)
def test_standard_error_weights_change_nothing(share: float) -> None:
    assert error_weighted(share) == share


@given(shares, st.floats(0, 1000), shares, st.floats(0.01, 1000))
def test_shrinkage_lies_between_own_and_industry(
    share: float, evidence: float, mean: float, strength: float
) -> None:
    shrunk = shrunk_share(share, evidence, mean, strength)
    assert min(share, mean) - 1e-12 <= shrunk <= max(share, mean) + 1e-12


def test_shrinkage_by_hand() -> None:
    assert shrunk_share(0.75, 4, 0.5, 16) == pytest.approx(11 / 20)
    assert shrunk_share(0.75, 4, 0.5, 0) == 0.75


@pytest.mark.parametrize(
    ("raw", "baseline", "expected"),
    [(0.6, 0.6, 0.5), (0.8, 0.5, 0.8), (0.8, 0.8, 0.5), (0.5, 0.8, 0.2), (0.37, 0, 0.37)],
)
def test_logit_normalisation(raw: float, baseline: float, expected: float) -> None:
    """0.5 against 0.8: odds of 1 to odds of 4 are 1 to 4, which is 0.2."""
    assert logit_normalized_sentiment(raw, baseline) == pytest.approx(expected)


@given(st.floats(0.001, 0.999), st.floats(0.01, 1))
def test_logit_normalisation_does_not_saturate(raw: float, baseline: float) -> None:
    assert 0 < logit_normalized_sentiment(raw, baseline) < 1
    assert logit_normalized_sentiment(1, baseline) == pytest.approx(1)
    assert logit_normalized_sentiment(0, baseline) == 0


@given(st.floats(0.01, 1))
def test_logit_normalisation_rises(baseline: float) -> None:
    scores = [logit_normalized_sentiment(raw / 20, baseline) for raw in range(21)]
    assert all(low < high for low, high in pairwise(scores))


def test_evidence_of_one_window_is_its_reports() -> None:
    assert effective_evidence([17], [1.0]) == pytest.approx(17)


def test_evidence_of_equal_weights_adds_up() -> None:
    assert effective_evidence([10, 10], [1, 1]) == pytest.approx(20)


def test_evidence_by_hand() -> None:
    """(1 + 0.9)^2 / (1/10 + 0.81/4) = 3.61 / 0.3025."""
    assert effective_evidence([10, 4], [1, 0.9]) == pytest.approx(3.61 / 0.3025)


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0.01, 1)), min_size=1, max_size=20))
def test_evidence_never_exceeds_the_reports(rows: list[tuple[int, float]]) -> None:
    reports, weights = zip(*rows, strict=True)
    assert effective_evidence(reports, weights) <= sum(reports) * (1 + 1e-9)


def test_z_is_the_quantile_of_the_normal_distribution() -> None:
    assert pytest.approx(NormalDist().inv_cdf(0.95), abs=1e-4) == WILSON_Z


def test_wilson_interval_by_hand() -> None:
    """8 of 10 with z = 1.6449: the roots of (p - 0.8)^2 = z^2 p (1 - p) / 10."""
    low, high = wilson_interval(0.8, 10)
    for bound in (low, high):
        assert (bound - 0.8) ** 2 == pytest.approx(WILSON_Z**2 * bound * (1 - bound) / 10)
    assert low < 0.8 < high


def test_wilson_interval_without_evidence_says_nothing() -> None:
    assert wilson_interval(0.5, 0) == (0.0, 1.0)


@given(shares)
def test_more_evidence_narrows_the_interval(share: float) -> None:
    widths = [high - low for low, high in (wilson_interval(share, n) for n in (1, 5, 50, 5000))]
    assert all(wide > narrow for wide, narrow in pairwise(widths))


@given(shares, st.floats(0.5, 1e6))
def test_the_interval_holds_the_share(share: float, evidence: float) -> None:
    low, high = wilson_interval(share, evidence)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
