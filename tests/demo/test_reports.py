"""The invented reports: always the same, and like life."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from demo import incidents
from demo.customers import INDUSTRIES, Customers
from demo.incidents import WEEK_HOURS, Incident
from demo.reports import HISTORY, LATEST, Report, Reports

NOW = datetime(2026, 3, 18, 14, 23, 45, tzinfo=UTC)  # a Wednesday
LAST_HOUR = int(NOW.timestamp()) // 3600


@pytest.fixture(scope="module")
def month(reports: Reports) -> list[Report]:
    return list(reports.arriving(NOW - HISTORY, NOW))


def test_same_seed_same_reports(month: list[Report]) -> None:
    assert list(Reports().arriving(NOW - HISTORY, NOW)) == month
    other = Reports(seed=7)
    assert list(other.arriving(NOW - HISTORY, NOW)) != month


def test_it_does_not_matter_how_the_time_is_cut(reports: Reports) -> None:
    start = NOW - timedelta(hours=30)
    whole = sorted(reports.arriving(start, NOW), key=_key)
    edges = [start + timedelta(minutes=17) * n for n in range(106)] + [NOW]
    parts = [r for a, b in pairwise(edges) for r in reports.arriving(a, b)]

    assert len(whole) > 1000
    assert sorted(parts, key=_key) == whole


def test_a_month_has_the_agreed_size(month: list[Report]) -> None:
    assert 60_000 < len(month) < 140_000
    kinds = Counter(report.sample_type for report in month)
    assert set(kinds) == {"FN", "FP"}
    assert 0.4 < kinds["FN"] / len(month) < 0.7


def test_day_and_week_have_a_rhythm(month: list[Report]) -> None:
    weekday = Counter(report.reported_at.weekday() for report in month)
    assert (weekday[5] + weekday[6]) / 2 < 0.4 * (weekday[1] + weekday[2]) / 2
    hour = Counter(report.reported_at.hour for report in month)
    assert hour[4] < 0.5 * hour[14]


def test_few_customers_write_most(month: list[Report]) -> None:
    counts = sorted(Counter(report.customer_id for report in month).values(), reverse=True)
    assert len(counts) > 190
    assert sum(counts[:20]) > 0.4 * len(month)
    assert np.median(counts) < 0.5 * np.mean(counts)


def test_a_few_reports_arrive_late(month: list[Report]) -> None:
    delays = [report.arrives_at - report.reported_at for report in month]
    late = [delay for delay in delays if delay > timedelta(hours=1)]
    assert 0.01 < len(late) / len(month) < 0.04
    assert max(late) <= LATEST


def test_customers_are_as_agreed(reports: Reports) -> None:
    rows = reports.customers.rows
    assert [row.customer_id for row in rows] == list(range(1, 201))
    assert len({row.company_name for row in rows}) == len(rows)
    read = Counter((row.industry or "").strip().casefold() for row in rows)
    assert set(read) == {"", *(name.casefold() for name in INDUSTRIES)}
    odd = [row for row in rows if row.industry not in INDUSTRIES]
    assert 5 <= len(odd) <= 20
    assert {row.industry for row in odd} >= {None, "  "}


def test_nothing_names_anybody(month: list[Report]) -> None:
    for report in month[:2000]:
        data = report.email_data
        assert len(json.dumps(data)) < 400
        for key in ("sender", "recipient"):
            assert str(data[key]).rpartition(".")[2] in {"example", "com", "net", "org"}
            assert "example" in str(data[key])


@pytest.mark.parametrize("weeks_ago", [1, 2, 3])
def test_bad_release_raises_fp_of_one_industry(
    reports: Reports, month: list[Report], weeks_ago: int
) -> None:
    release, _ = _of_week(reports, weeks_ago)
    assert 22 <= release.end - release.start <= 46
    hit = release.hits(reports.customers)
    during, usual = _compare(month, reports, release, hit)
    assert during > 3 * usual
    calm, usual = _compare(month, reports, release, ~hit)
    assert calm < 1.5 * usual


@pytest.mark.parametrize("weeks_ago", [1, 2, 3])
def test_phishing_wave_raises_fn_of_one_customer(
    reports: Reports, month: list[Report], weeks_ago: int
) -> None:
    _, wave = _of_week(reports, weeks_ago)
    hit = wave.hits(reports.customers)
    assert hit.sum() == 1
    during, usual = _compare(month, reports, wave, hit)
    assert during > 8 * max(usual, 1)


def test_expected_is_what_comes_on_average(reports: Reports) -> None:
    hours = range(LAST_HOUR - 200, LAST_HOUR)
    expected = sum(float(reports.expected(hour).sum()) for hour in hours)
    came = sum(len(reports.of_hour(hour)) for hour in hours)
    assert came == pytest.approx(expected, rel=0.05)


def _of_week(reports: Reports, weeks_ago: int) -> tuple[Incident, Incident]:
    week = LAST_HOUR // WEEK_HOURS - weeks_ago
    return incidents.of_week(reports.seed, reports.customers, week)


def _compare(
    month: list[Report], reports: Reports, incident: Incident, hit: npt.NDArray[np.bool_]
) -> tuple[int, float]:
    """Reports of the hit customers during the incident, and the mean of other weeks' same hours."""
    customers: Customers = reports.customers
    ids = {row.customer_id for row, is_hit in zip(customers.rows, hit, strict=True) if is_hit}
    hours = Counter(
        int(r.reported_at.timestamp()) // 3600
        for r in month
        if r.customer_id in ids and r.sample_type == incident.sample_type
    )
    first = int((NOW - HISTORY).timestamp()) // 3600
    during = sum(hours[h] for h in range(incident.start, incident.end))
    others = [
        sum(hours[h + shift * WEEK_HOURS] for h in range(incident.start, incident.end))
        for shift in (-3, -2, -1, 1, 2, 3)
        if incident.start + shift * WEEK_HOURS > first
        and incident.end + shift * WEEK_HOURS < LAST_HOUR
    ]
    return during, float(np.median(others))


def _key(report: Report) -> str:
    return str(report.email_data["message_id"])
