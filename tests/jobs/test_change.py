"""Changes of shares: published values, properties, and how often chance is taken for a change."""

from dataclasses import replace
from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jobs.change import (
    LEVEL_Z,
    RECENT_HOURS,
    Compared,
    Differences,
    WindowSums,
    before_hours,
    corrected_wilson,
    dispersion_of,
    of_customers,
    of_industries,
)

Floats = NDArray[np.float64]
HOURS = 240
ALARMS = 0.065
"""The most alarms that a test of histories without change may give: the stated 5 %, and what
chance adds to a share of some thousand histories."""


def compared(*customers: tuple[float, ...], dispersion: float = 1.0) -> Compared:
    """Customers by their recent FN and FP, and FN and FP before."""
    counts = np.array(customers, dtype=np.float64).reshape(-1, 4).T
    return Compared(*[*counts, np.full(len(customers), dispersion)])


def together(given: Compared, slope: float = 1.0) -> Differences:
    """All of them as one industry, whose customers have nothing in common."""
    alone = WindowSums(*np.zeros((6, 1)))
    return of_industries(given, np.zeros(len(given.dispersion), dtype=np.int64), alone, slope)


@pytest.mark.parametrize(
    ("recent", "before", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_newcombes_examples(
    recent: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    """Table II of the paper, method 10; each written as FN of all reports."""
    (fn1, n1), (fn0, n0) = recent, before
    found = of_customers(compared((fn1, n1 - fn1, fn0, n0 - fn0)))
    assert found.at(0) == pytest.approx((fn1 / n1 - fn0 / n0, low, high), abs=6e-5)


def test_nothing_to_compare_is_no_number() -> None:
    found = of_customers(compared((0, 0, 3, 4), (3, 4, 0, 0), (0, 0, 0, 0)))
    assert [found.at(place) for place in range(3)] == [(None, None, None)] * 3
    assert together(compared((0, 0, 3, 4), (3, 4, 0, 0))).at(0) == (None, None, None)


def test_the_common_difference_by_hand() -> None:
    """Weights 10 * 20 / 30 and 5 * 5 / 10, differences 0.5 and -0.2."""
    found = together(compared((8, 2, 6, 14), (1, 4, 2, 3)))
    weights = 20 / 3, 2.5
    expected = (0.5 * weights[0] - 0.2 * weights[1]) / sum(weights)
    assert found.difference[0] == pytest.approx(expected)
    # The bounds are where the difference is z standard deviations away, by Sato's variance.
    p = (10**2 * 6 - 20**2 * 8 + 10 * 20 * 10 / 2) / 30**2 + (5**2 * 2 - 5**2 * 1) / 10**2
    q = (8 * 14 + 6 * 2) / 60 + (1 * 3 + 2 * 4) / 20
    for bound in (found.low[0], found.high[0]):
        deviation = sqrt((bound * p + q) / sum(weights) ** 2)
        assert abs(expected - bound) == pytest.approx(LEVEL_Z * deviation)


def test_an_industry_does_not_change_by_who_reports() -> None:
    """Each customer stays at its share; one sends ten times as many reports, the other a tenth."""
    found = together(compared((80, 20, 8, 2), (2, 8, 20, 80)))
    assert found.difference[0] == pytest.approx(0)


def test_industries_are_apart_from_each_other() -> None:
    given = compared((8, 2, 6, 14), (1, 4, 2, 3), (3, 3, 9, 1))
    windows = WindowSums(*np.zeros((6, 4)))
    found = of_industries(given, np.array([2, 0, 2]), windows)
    assert found.at(1) == found.at(3) == (None, None, None)
    assert found.at(0) == together(compared((1, 4, 2, 3))).at(0)
    assert found.at(2) == together(compared((8, 2, 6, 14), (3, 3, 9, 1))).at(0)


def test_no_change_is_larger_than_all() -> None:
    """Not by the last bit either."""
    found = of_customers(compared((0, 1, 1, 0), (1, 0, 0, 1), dispersion=50))
    assert (found.low[0], found.high[1]) == (-1, 1)


def test_a_few_reports_of_one_kind_are_no_change() -> None:
    """The plain variance is 0 here, and everything would be significant."""
    for found in (together(compared((0, 1, 1, 0))), of_customers(compared((0, 1, 1, 0)))):
        assert found.difference[0] == -1
        assert found.high[0] > 0


@pytest.mark.parametrize(
    ("fn", "reports", "low", "high"),
    [
        (81, 263, 0.2535, 0.3682),
        (15, 148, 0.0598, 0.1644),
        (0, 20, 0.0, 0.2005),
        (1, 29, 0.0018, 0.1963),
    ],
)
def test_shares_corrected_for_continuity(fn: int, reports: int, low: float, high: float) -> None:
    """Newcombe's examples of single shares, method 4."""
    for share, bounds in ((fn / reports, (low, high)), (1 - fn / reports, (1 - high, 1 - low))):
        found = corrected_wilson(np.array([share]), np.array([float(reports)]))
        assert [part[0] for part in found] == pytest.approx(bounds, abs=6e-5)


def test_less_than_a_report_says_nothing_of_a_share() -> None:
    low, high = corrected_wilson(np.array([0.0, 0.5, 1.0]), np.array([0.02, 0.5, 0.99]))
    assert (low.tolist(), high.tolist()) == ([0, 0, 0], [1, 1, 1])


@pytest.mark.parametrize(("reports", "dispersion"), [(10, 2.0), (3, 3.0)])
def test_the_last_digit_does_not_decide_what_is_few(reports: int, dispersion: float) -> None:
    """Sums of the same windows in another order differ by it."""
    row = (reports - 1, 1, 20, 20)
    below, above = np.nextafter(dispersion, 0), np.nextafter(dispersion, 9)
    found = [of_customers(compared(row, dispersion=one)) for one in (below, dispersion, above)]
    for other in found[1:]:
        assert other.at(0) == pytest.approx(found[0].at(0), abs=1e-9)


def test_few_reports_prove_what_chance_does_not_make() -> None:
    """Chance makes the first in 15 of 100 cases, the second in 28, the third in next to none."""
    found = of_customers(compared((0, 1, 23, 4), (1, 1, 17, 3), (0, 4, 20, 0)))
    assert (found.high < 0).tolist() == [False, False, True]


@pytest.mark.parametrize("reports", [1, 2, 3, 4])
def test_false_alarms_are_rare_however_few_reports(reports: int) -> None:
    """Each share before, known from 240 reports, against all that chance can make of a few."""
    worst = 0.0
    for share in np.arange(0.5, 0.99, 0.02):
        fn = np.arange(reports + 1.0)
        known = np.full(reports + 1, share * 240)
        found = of_customers(Compared(fn, reports - fn, known, 240 - known, np.ones(reports + 1)))
        chance = np.array([comb(reports, int(n)) for n in fn]) * share**fn
        chance *= (1 - share) ** (reports - fn)
        worst = max(worst, chance[(found.high < 0) | (found.low > 0)].sum())
    assert worst <= 0.05


def test_an_industry_of_customers_that_send_one_kind_is_unsure() -> None:
    """Sato's variance is 0 here: two reports would be certain that nothing has changed."""
    few = together(compared((1, 0, 1, 0), (0, 2, 0, 1)))
    many = together(compared((100, 0, 100, 0), (0, 200, 0, 100)))
    assert few.difference[0] == many.difference[0] == 0
    assert few.low[0] < many.low[0] < 0 < many.high[0] < few.high[0]


def sums_of(fn: Floats, reports: Floats) -> WindowSums:
    """Of rows of windows."""
    fp = reports - fn
    return WindowSums(
        (reports > 0).sum(-1).astype(np.float64),
        fn.sum(-1),
        fp.sum(-1),
        (fn * fn).sum(-1),
        (fn * fp).sum(-1),
        (fp * fp).sum(-1),
    )


def test_dispersion_by_hand() -> None:
    """Two windows of ten reports of one kind each: 2 * (5 ** 2 + 5 ** 2) over 20 / 4."""
    fn, reports = np.array([[10.0, 0.0]]), np.array([[10.0, 10.0]])
    assert dispersion_of(sums_of(fn, reports)).tolist() == [20.0]


def test_dispersion_is_one_where_nothing_is_known_of_it() -> None:
    """No reports, one window, one kind, single reports, and windows that are too much alike."""
    fn = np.array([[0, 0], [7, 0], [7, 9], [1, 0], [5, 5.0]])
    reports = np.array([[0, 0], [9, 0], [7, 9], [1, 1], [10, 10.0]])
    found = dispersion_of(sums_of(fn, reports))
    assert found[[0, 1, 2, 4]].tolist() == [1, 1, 1, 1]
    assert found[3] == pytest.approx(2)  # the variance of two values is estimated with one less


windows = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=8)


@settings(max_examples=200, deadline=None)
@given(windows)
def test_dispersion_is_what_a_loop_gives(rows: list[tuple[int, int]]) -> None:
    rows = [row for row in rows if sum(row)]
    fn = np.array([[row[0] for row in rows]], dtype=np.float64)
    reports = np.array([[sum(row) for row in rows]], dtype=np.float64)
    total_fn, total = fn.sum(), reports.sum()
    expected = 1.0
    if len(rows) > 1 and 0 < total_fn < total:
        share = total_fn / total
        squares = sum((row[0] - share * sum(row)) ** 2 for row in rows)
        variance = squares * len(rows) / (len(rows) - 1)
        expected = max(1.0, variance / (total * share * (1 - share)))
    assert dispersion_of(sums_of(fn, reports))[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("max_age_hours", "before"), [(240, 216), (49, 25), (48, 24), (24, 24), (1, 24)]
)
def test_the_period_before_is_never_the_shorter_one(max_age_hours: int, before: int) -> None:
    assert before_hours(max_age_hours) == before


counts = st.integers(0, 500)
customers = st.lists(
    st.tuples(counts, counts, counts, counts).filter(lambda c: c[0] + c[1] and c[2] + c[3]),
    min_size=1,
    max_size=6,
)
measures = st.sampled_from([of_customers, together])


def swapped(given: Compared) -> Compared:
    """The periods the other way round."""
    return Compared(
        given.before_fn, given.before_fp, given.recent_fn, given.recent_fp, given.dispersion
    )


def mirrored(given: Compared) -> Compared:
    """FN for FP."""
    return Compared(
        given.recent_fp, given.recent_fn, given.before_fp, given.before_fn, given.dispersion
    )


@settings(max_examples=200, deadline=None)
@given(customers, st.floats(1, 50), measures)
def test_a_change_the_other_way_round_has_the_other_sign(
    rows: list[tuple[int, ...]], dispersion: float, measure: object
) -> None:
    assert callable(measure)
    one = compared(*rows, dispersion=dispersion)
    found = measure(one)
    for other in (measure(swapped(one)), measure(mirrored(one)), measure(one, -1.0)):
        np.testing.assert_allclose(other.difference, -found.difference, atol=1e-9)
        np.testing.assert_allclose(other.low, -found.high, atol=1e-9)
        np.testing.assert_allclose(other.high, -found.low, atol=1e-9)


@settings(max_examples=200, deadline=None)
@given(customers, st.floats(1, 50), st.floats(1, 50), measures)
def test_bounds_hold_the_difference_and_less_evidence_makes_none_significant(
    rows: list[tuple[int, ...]], dispersion: float, factor: float, measure: object
) -> None:
    assert callable(measure)
    one = compared(*rows, dispersion=dispersion)
    found = measure(one)
    wider = measure(replace(one, dispersion=one.dispersion * factor))
    close = 1e-9
    for part in (found, wider):
        assert (part.low >= -1).all()
        assert (part.low <= part.difference + close).all()
        assert (part.difference <= part.high + close).all()
        assert (part.high <= 1).all()
    assert not ((wider.low > 0) & (found.low <= 0)).any()
    assert not ((wider.high < 0) & (found.high >= 0)).any()
    if measure is together:
        assert (wider.low <= found.low + close).all()
        assert (wider.high >= found.high - close).all()


def alarms(fn: Floats, reports: Floats, plain: bool = False) -> Differences:
    """The differences of histories (rows) of windows, the newest last."""
    recent, before = np.s_[:, -RECENT_HOURS:], np.s_[:, :-RECENT_HOURS]
    dispersion = dispersion_of(sums_of(fn, reports))
    return of_customers(
        Compared(
            fn[recent].sum(1),
            (reports - fn)[recent].sum(1),
            fn[before].sum(1),
            (reports - fn)[before].sum(1),
            np.ones_like(dispersion) if plain else dispersion,
        )
    )


def share_of_alarms(found: Differences) -> float:
    """How many of the comparable histories are called changed."""
    there = ~np.isnan(found.difference)
    return float(((found.low > 0) | (found.high < 0))[there].mean())


def quiet(
    chance: np.random.Generator, rate: float, share: float, rows: int = 2000
) -> tuple[Floats, Floats]:
    """FN and reports of histories in which every report is independent of the others."""
    reports = chance.poisson(rate, (rows, HOURS))
    return chance.binomial(reports, share).astype(np.float64), reports.astype(np.float64)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("rate", [0.05, 0.3, 3, 30])
def test_false_alarms_are_as_rare_as_stated(rate: float, share: float) -> None:
    found = alarms(*quiet(np.random.default_rng(1), rate, share))
    assert share_of_alarms(found) < ALARMS
    if rate >= 3:
        assert share_of_alarms(found) > 0.035, "the interval is not too wide either"


def test_shares_that_waver_give_no_more_false_alarms() -> None:
    """Every window has a share of its own (beta-binomial, correlation 0.2)."""
    chance = np.random.default_rng(2)
    reports = chance.poisson(10, (2000, HOURS))
    fn = chance.binomial(reports, chance.beta(2.4, 1.6, reports.shape))
    given = fn.astype(np.float64), reports.astype(np.float64)
    assert share_of_alarms(alarms(*given, plain=True)) > 0.25
    assert share_of_alarms(alarms(*given)) < ALARMS


def test_bursts_give_no_more_false_alarms() -> None:
    """One window in forty has fifty times as many reports, all of one kind."""
    chance = np.random.default_rng(3)
    fn, reports = quiet(chance, 1, 0.6)
    burst = chance.random(reports.shape) < 1 / 40
    reports = np.where(burst, chance.poisson(50, reports.shape), reports)
    fn = np.where(burst, reports * (chance.random(reports.shape) < 0.6), fn)
    assert share_of_alarms(alarms(fn, reports, plain=True)) > 0.4
    assert share_of_alarms(alarms(fn, reports)) < ALARMS


def test_a_real_fall_is_found() -> None:
    """From a share of 0.6 to 0.3 with three reports an hour; and it is put before all others."""
    chance = np.random.default_rng(4)
    fn, reports = quiet(chance, 3, 0.6)
    fn[:200, -RECENT_HOURS:] = chance.binomial(reports[:200, -RECENT_HOURS:].astype(np.int64), 0.3)
    found = alarms(fn, reports)
    assert (found.high[:200] < 0).mean() > 0.95
    assert np.argsort(found.high)[:150].max() < 200


@pytest.mark.parametrize("burst", [1, 0])
def test_a_fall_is_found_in_spite_of_bursts(burst: int) -> None:
    """Nine in ten of the hours of the last day are all FP, which were half FN before."""
    chance = np.random.default_rng(5)
    fn, reports = quiet(chance, 8, 0.5, rows=400)
    fn[:, : 40 * burst : 8] = 0
    fn[:, -RECENT_HOURS:] *= chance.random((400, RECENT_HOURS)) < 0.1
    assert (alarms(fn, reports).high < 0).mean() > 0.95


def industry_alarms(fn: Floats, reports: Floats, shared: bool = True) -> Differences:
    """The differences of industries: arrays of industries, customers and windows."""
    industries, members, hours = fn.shape
    rows = [part.reshape(-1, hours) for part in (fn, reports)]
    recent, before = np.s_[:, -RECENT_HOURS:], np.s_[:, :-RECENT_HOURS]
    given = Compared(
        rows[0][recent].sum(1),
        (rows[1] - rows[0])[recent].sum(1),
        rows[0][before].sum(1),
        (rows[1] - rows[0])[before].sum(1),
        dispersion_of(sums_of(*rows)),
    )
    windows = sums_of(fn.sum(1), reports.sum(1))
    if not shared:
        windows = WindowSums(*np.zeros((6, industries)))
    return of_industries(given, np.repeat(np.arange(industries), members), windows)


def test_false_alarms_of_industries_are_as_rare_as_stated() -> None:
    """Ten customers each, who differ in their shares and their sizes."""
    chance = np.random.default_rng(6)
    shape = (1000, 10, 1)
    reports = chance.poisson(chance.gamma(1.0, 1.0, shape), (1000, 10, HOURS)).astype(np.float64)
    fn = chance.binomial(reports.astype(np.int64), chance.beta(3, 2, shape)).astype(np.float64)
    assert 0.015 < share_of_alarms(industry_alarms(fn, reports)) < ALARMS
    fn[..., -RECENT_HOURS:] = chance.binomial(
        reports[..., -RECENT_HOURS:].astype(np.int64), chance.beta(2, 3, shape)
    )
    assert share_of_alarms(industry_alarms(fn, reports)) > 0.8


def test_what_hits_all_customers_at_once_gives_no_more_false_alarms() -> None:
    """In one hour of ten all customers of an industry report five times as many FP."""
    chance = np.random.default_rng(7)
    shape = (1000, 10, HOURS)
    wave = np.where(chance.random((1000, 1, HOURS)) < 0.1, 5.0, 1.0)
    fn = chance.poisson(0.3, shape).astype(np.float64)
    reports = fn + chance.poisson(0.2 * wave, shape)
    assert share_of_alarms(industry_alarms(fn, reports, shared=False)) > 0.08
    assert share_of_alarms(industry_alarms(fn, reports)) < ALARMS
