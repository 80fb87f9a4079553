"""How the customers of an industry differ."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.moments import beta_moments


@pytest.mark.parametrize(("mean", "strength"), [(0.6, 5.0), (0.2, 20.0), (0.85, 60.0)])
def test_the_moments_behind_drawn_customers_are_found(mean: float, strength: float) -> None:
    random = np.random.default_rng(7)
    shares = random.beta(mean * strength, (1 - mean) * strength, 4000)
    reports = random.integers(1, 200, 4000)
    found = beta_moments(random.binomial(reports, shares), reports)
    assert found is not None
    assert found.mean == pytest.approx(mean, abs=0.01)
    assert found.strength == pytest.approx(strength, rel=0.1)
    assert found.customers == 4000


def test_customers_that_differ_by_chance_alone_have_a_strength_of_all_reports() -> None:
    random = np.random.default_rng(3)
    reports = np.full(2000, 50)
    found = beta_moments(random.binomial(reports, 0.4), reports)
    assert found is not None
    assert found.strength > 500
    same = beta_moments(np.array([5, 5, 5]), np.array([10, 10, 10]))
    assert same is not None
    assert (same.mean, same.strength) == (0.5, 30)


@pytest.mark.parametrize(
    ("fn", "reports"),
    [
        ([], []),
        ([1, 2], [2, 3]),
        ([0, 0, 0], [3, 4, 5]),
        ([3, 4, 5], [3, 4, 5]),
        ([1, 0, 0], [2, 0, 0]),
        ([1, 0, 1, 0], [1, 1, 1, 1]),
    ],
)
def test_what_says_too_little_gives_none(fn: list[int], reports: list[int]) -> None:
    assert beta_moments(np.array(fn, dtype=np.int64), np.array(reports, dtype=np.int64)) is None


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=30))
def test_moments_are_a_beta_distribution(rows: list[tuple[int, int]]) -> None:
    fn = np.array([one for one, _ in rows], dtype=np.int64)
    found = beta_moments(fn, fn + np.array([one for _, one in rows], dtype=np.int64))
    reports = sum(one + other for one, other in rows)
    assert found is None or (0 < found.mean < 1 and 0 <= found.strength <= reports)


def test_few_customers_never_drown_one_with_many_reports() -> None:
    """Three with five reports each seem alike by chance, though their shares are far apart."""
    random = np.random.default_rng(5)
    reports = np.full(3, 5)
    found = [
        beta_moments(random.binomial(reports, random.beta(3, 2, 3)), reports) for _ in range(200)
    ]
    strengths = [one.strength for one in found if one]
    assert max(strengths) == 15
    assert np.median(strengths) < 15
