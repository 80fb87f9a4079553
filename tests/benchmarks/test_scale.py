"""The arithmetic of docs/scale.md, and that the page shows what was measured."""

from typing import Any

import pytest

from benchmarks.scale import page
from benchmarks.scale.needs import backfill_rate, need

CASE: dict[str, Any] = {
    "customers": 1_000,
    "every": 10,
    "windows": 240,
    "backfill": {"wall": 12.0},
    "hour": {
        "wall": 1.9,
        "product": 0.3,
        "results": 0.2,
        "source": 0.1,
        "log_bytes": 1_000_000,
        "steps": {"sync_customer_data": 0.5, "analyze_segments": 0.25},
    },
    "bytes": {"counts": 300.0, "scores": 500.0},
}


def test_needs_grow_with_the_customers() -> None:
    assert backfill_rate(CASE) == 2_000
    one = need(CASE, 1_000_000)
    assert one.counts == 100_000
    assert one.rows_a_second == pytest.approx(200_000 / 3600)
    assert one.bytes_a_day == 100_000 * 800 * 24
    assert one.bytes_a_year == 365 * one.bytes_a_day
    assert one.log_a_day == 1_000_000 * 1_000 * 24
    assert one.alone == pytest.approx(750)
    assert one.shards == 13
    assert one.results_processors == pytest.approx(200 / 600)
    assert one.connections == 2 * one.workers
    assert one.days_for_a_year * one.workers == pytest.approx(100_000 * 8_760 / 2_000 / 86_400)


def test_workers_are_enough_and_not_many_more() -> None:
    one = need(CASE, 10_000_000)
    least = one.alone / 600
    assert least < one.workers < 1.5 * least


def test_the_page_shows_what_was_measured() -> None:
    text = page.PAGE.read_text()
    assert page.rendered(text, page.read()) == text
