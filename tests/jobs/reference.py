"""What should stand in the local database, computed with plain loops from the source's rows."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.industries import trim_industry
from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from jobs.clock import from_hour, to_hour
from jobs.models import Window
from jobs.sentiment_calc import simple_ratio, wilson_interval
from sentiment_api.models import (
    ComparedSpan,
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from tests.jobs.plain_loop import Industry, LoopScore, Row, score_of
from tests.source import SourceDatabase

PLACES = 9


@dataclass(frozen=True)
class Known:
    """A customer's score in a window, with what aggregates need."""

    score: LoopScore
    row: Row
    industry: str


def expected_counts(source: SourceDatabase, hours: Iterable[int]) -> dict[tuple[int, int], Row]:
    """Reports by customer id and hour, for the covered windows."""
    found = source.sql(
        "SELECT customer_id, reported_at, count(*) FILTER (WHERE upper(sample_type) = 'FN'), "
        "count(*) FILTER (WHERE upper(sample_type) = 'FP') "
        "FROM email_samples WHERE customer_id IS NOT NULL AND reported_at > '0001-01-02' "
        "AND reported_at < '9999-12-30' GROUP BY 1, 2"
    )
    zone = ZoneInfo(DatabaseConfig.active().source_timezone)
    covered = set(hours)
    counts: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
    for customer, reported_at, fn, fp in found:
        hour = to_hour(_instant(reported_at, zone))
        if hour in covered and fn + fp:
            counts[customer, hour][0] += fn
            counts[customer, hour][1] += fp
    return {key: Row(key[1], fn, fp) for key, (fn, fp) in counts.items()}


def _instant(reported_at: datetime, zone: ZoneInfo) -> datetime:
    """When it was. A local time that comes twice, or never, is meant in standard time."""
    if reported_at.tzinfo:
        return reported_at
    meanings = (reported_at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return min(meanings, key=lambda meaning: meaning.utcoffset() or timedelta())


def check_everything(source: SourceDatabase) -> None:
    """The local database holds exactly what the covered windows of the source give."""
    assert expected_counts(source, _covered()) == stored_counts()
    check_results()


def check_results() -> None:
    """What rests on the stored counts is exactly what they give."""
    counts, hours = stored_counts(), _covered()
    scores = _expected_scores(counts)
    assert _rounded_scores(scores) == _stored_scores()
    assert _expected_segments(scores, hours) == _stored_segments()
    assert _expected_overall(scores, hours) == _stored_overall()
    assert Window.objects.complete().count() == len(hours)
    _check_carried_scores()
    check_carried_changes()


def _covered() -> list[int]:
    return sorted(to_hour(start) for start in Window.objects.values_list("window_start", flat=True))


def stored_counts() -> dict[tuple[int, int], Row]:
    """Current counts by customer id and hour."""
    rows = SyncJob.objects.current().select_related("customer")
    return {
        (row.customer.customer_id, to_hour(row.window_start)): Row(
            to_hour(row.window_start), row.fn_count, row.fp_count
        )
        for row in rows
        if row.fn_count + row.fp_count
    }


def _expected_scores(counts: dict[tuple[int, int], Row]) -> dict[tuple[int, int], Known]:
    profile = ScoringProfile.active()
    baselines = {b.industry.casefold(): b.baseline_score for b in IndustryBaseline.objects.all()}
    industries = dict(Customer.objects.values_list("customer_id", "industry"))
    by_customer: dict[int, list[Row]] = defaultdict(list)
    for (customer, _), row in counts.items():
        by_customer[customer].append(row)
    return {
        (customer, row.hour): Known(
            score_of(
                by_customer[customer],
                row.hour,
                profile,
                _industry(industries[customer], baselines, profile),
            ),
            row,
            industries[customer],
        )
        for (customer, _), row in counts.items()
    }


def _industry(name: str, baselines: dict[str, float], profile: ScoringProfile) -> Industry:
    key = trim_industry(name).casefold()
    moments = profile.industry_moments.get(key)
    return Industry(baselines.get(key), (moments["mean"], moments["strength"]) if moments else None)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES) + 0.0


def _rounded_scores(scores: dict[tuple[int, int], Known]) -> dict[tuple[int, int], Any]:
    least = ScoringProfile.active().min_evidence
    return {
        key: (
            _round(known.score.score),
            _round(known.score.raw),
            _round(known.score.low),
            _round(known.score.high),
            round(known.score.evidence, 6),
            "insufficient_evidence" if round(known.score.evidence, 9) < least else "scored",
            known.score.method,
            known.row.fn,
            known.row.fp,
            known.industry,
        )
        for key, known in scores.items()
    }


def _stored_scores() -> dict[tuple[int, int], Any]:
    return {
        (row.customer.customer_id, to_hour(row.window_start)): (
            _round(row.sentiment_score),
            _round(row.raw_score),
            _round(row.score_low),
            _round(row.score_high),
            round(row.evidence, 6),
            row.state,
            row.calculation_method,
            row.fn_count,
            row.fp_count,
            row.industry,
        )
        for row in SentimentScore.objects.current().select_related("customer")
    }


def _newest_standing(scores: dict[tuple[int, int], Known], t: int, max_age: int) -> list[Known]:
    gone = {
        customer.customer_id: to_hour(customer.inactive_since)
        for customer in Customer.objects.all()
        if customer.inactive_since
    }
    newest: dict[int, tuple[int, Known]] = {}
    for (customer, hour), known in scores.items():
        inactive = customer in gone and t >= gone[customer]
        if t - max_age < hour <= t and not inactive and hour >= newest.get(customer, (0,))[0]:
            newest[customer] = (hour, known)
    return [known for _, known in newest.values()]


def _aggregate(here: list[Known], standing: list[Known]) -> tuple[Any, ...]:
    def mean(values: list[float]) -> float | None:
        return sum(values) / len(values) if values else None

    stand = mean([k.score.score for k in standing])
    half = sqrt(sum(((k.score.high - k.score.low) / 2) ** 2 for k in standing))
    half /= max(len(standing), 1)
    return (
        len(here),
        _round(mean([k.score.score for k in here])),
        _round(mean([k.score.raw for k in here])),
        sum(k.row.fn for k in here),
        sum(k.row.fp for k in here),
        len(standing),
        _round(stand),
        None if stand is None else _round(max(0.0, stand - half)),
        None if stand is None else _round(min(1.0, stand + half)),
    )


def _by_window(
    scores: dict[tuple[int, int], Known], hours: list[int]
) -> Iterable[tuple[int, list[Known], list[Known]]]:
    max_age = ScoringProfile.active().max_age_hours
    for t in hours:
        here = [known for (_, hour), known in scores.items() if hour == t]
        yield t, here, _newest_standing(scores, t, max_age)


def _expected_overall(
    scores: dict[tuple[int, int], Known], hours: list[int]
) -> dict[int, tuple[Any, ...]]:
    return {t: _aggregate(here, standing) for t, here, standing in _by_window(scores, hours)}


def _expected_segments(
    scores: dict[tuple[int, int], Known], hours: list[int]
) -> dict[tuple[int, str], tuple[Any, ...]]:
    return {
        (t, industry): _aggregate(
            [known for known in here if known.industry == industry],
            [known for known in standing if known.industry == industry],
        )
        for t, here, standing in _by_window(scores, hours)
        for industry in {known.industry for known in [*here, *standing]}
    }


def _values(row: Any) -> tuple[Any, ...]:
    return (
        row.total_customers,
        _round(row.avg_sentiment_score),
        _round(row.avg_raw_score),
        row.total_fn_count,
        row.total_fp_count,
        row.standing_customers,
        _round(row.standing_sentiment_score),
        _round(row.standing_low),
        _round(row.standing_high),
    )


def _stored_overall() -> dict[int, tuple[Any, ...]]:
    return {to_hour(r.window_start): _values(r) for r in OverallSentiment.objects.current()}


def _stored_segments() -> dict[tuple[int, str], tuple[Any, ...]]:
    rows = SegmentSentiment.objects.current()
    return {(to_hour(row.window_start), row.industry): _values(row) for row in rows}


def _check_carried_scores() -> None:
    for customer in Customer.objects.select_related("current_score"):
        newest = (
            SentimentScore.objects.current()
            .filter(customer=customer)
            .order_by("-window_start")
            .first()
        )
        assert customer.current_score == newest
        assert customer.current_sentiment == (newest and newest.sentiment_score)
        assert customer.current_state == (newest and newest.state)
        assert customer.last_window_start == (newest and newest.window_start)


def check_carried_changes() -> None:
    """Customers carry exactly what their current counts give."""
    counts = stored_counts()
    hours = [to_hour(start) for start in Window.objects.values_list("window_start", flat=True)]
    profile, span = ScoringProfile.active(), ComparedSpan.current()
    if not hours:
        assert span.recent_end is None
        return
    end = max(hours) + 1
    start = end - 24 - max(profile.max_age_hours - 24, 24)
    assert (span.before_start, span.recent_start, span.recent_end) == tuple(
        map(from_hour, (start, end - 24, end))
    )
    for customer in Customer.objects.all():
        rows = [
            row
            for (customer_id, hour), row in counts.items()
            if customer_id == customer.customer_id and start <= hour < end
        ]
        recent = [row for row in rows if row.hour >= end - 24]
        before = [row for row in rows if row.hour < end - 24]
        assert _total(recent) == (customer.recent_fn, customer.recent_fp)
        assert _total(before) == (customer.before_fn, customer.before_fp)
        dispersion = _dispersion(rows)
        assert customer.dispersion == pytest.approx(dispersion, abs=1e-9)
        slope = profile.fp_weight - profile.fn_weight
        expected = _difference(_total(recent), _total(before), dispersion, slope)
        found = (customer.change, customer.change_low, customer.change_high)
        assert found == (pytest.approx(expected, abs=1e-9) if expected else (None, None, None))


def _total(rows: list[Row]) -> tuple[int, int]:
    return sum(row.fn for row in rows), sum(row.fp for row in rows)


def _dispersion(rows: list[Row]) -> float:
    fn, fp = _total(rows)
    if len(rows) < 2 or not fn or not fp:
        return 1.0
    share = fn / (fn + fp)
    spread = sum((row.fn - share * (row.fn + row.fp)) ** 2 for row in rows)
    independent = (fn + fp) * share * (1 - share)
    return max(1.0, spread / independent * len(rows) / (len(rows) - 1))


def _difference(
    recent: tuple[int, int], before: tuple[int, int], dispersion: float, slope: float
) -> tuple[float, float, float] | None:
    if not sum(recent) or not sum(before):
        return None
    p1, p0 = simple_ratio(*recent), simple_ratio(*before)
    sizes = [round(sum(period) / dispersion, 9) for period in (recent, before)]
    interval = _corrected if min(sizes) < 5 else partial(wilson_interval, z=1.96)
    low1, high1 = interval(p1, sizes[0])
    low0, high0 = interval(p0, sizes[1])
    low = p1 - p0 - sqrt((p1 - low1) ** 2 + (high0 - p0) ** 2)
    high = p1 - p0 + sqrt((high1 - p1) ** 2 + (p0 - low0) ** 2)
    bounds = slope * max(low, -1), slope * min(high, 1)
    return slope * (p1 - p0), min(bounds), max(bounds)


def _corrected(p: float, n: float) -> tuple[float, float]:
    """Where the share, moved towards the bound by half a report, is 1.96 deviations away."""
    if n < 1:
        return 0.0, 1.0

    def bound(sign: int) -> float:
        # (|p - b| - 1 / 2n) ** 2 = 1.96 ** 2 * b * (1 - b) / n, a quadratic in b.
        moved, square = p + sign / (2 * n), 1.96**2 / n
        a, b, c = 1 + square, -(2 * moved + square), moved**2
        return (-b + sign * sqrt(b * b - 4 * a * c)) / (2 * a)

    return max(bound(-1), 0.0) if p > 0 else 0.0, min(bound(1), 1.0) if p < 1 else 1.0
