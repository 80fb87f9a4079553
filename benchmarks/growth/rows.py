"""Rows for reads to find: so many times as many customers, scores and windows.

`python -m benchmarks.growth.rows 100` fills the database of the settings. Each customer has ten
scores, spread over all windows; the first customer has one in every window. So whatever a page
shows, as many rows lie behind it as `times` says, and windows are as full at any size.
"""

import sys
from typing import Any

import django
import numpy as np

CUSTOMERS, WINDOWS, SCORES, INDUSTRIES = 1_000, 240, 10, 10
"""Of `times` 1; scores are those of each customer, and industries are as many at any size."""
LAST_HOUR = 490_000
AT_ONCE = 50_000
SEED = 6


def main(times: int) -> None:
    """Fill the empty tables."""
    django.setup()

    from django.db import connection, transaction

    from sentiment_api import version

    with transaction.atomic():
        _customers(times)
        _scores(times)
        _windows(times)
        _carry()
        version.bump()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _customers(times: int) -> None:
    from jobs import bulk
    from jobs.clock import from_hour
    from sentiment_api.models import ComparedSpan, Customer

    made = bulk.instant(from_hour(LAST_HOUR - WINDOWS * times))
    for first in range(1, CUSTOMERS * times + 1, AT_ONCE):
        number = np.arange(first, min(first + AT_ONCE, CUSTOMERS * times + 1))
        numbers = number.tolist()
        bulk.insert(
            Customer,
            len(number),
            {
                "id": numbers,
                "customer_id": numbers,
                "company_name": [f"Company {n * 7919 % 1_000_003:07d}" for n in numbers],
                "industry": [f"Industry {n % INDUSTRIES}" for n in numbers],
                "city": [f"City {n % 97}" for n in numbers],
                "state": [f"State {n % 31}" for n in numbers],
                "country": [f"Country {n % 7}" for n in numbers],
                **dict.fromkeys(("contact_person", "phone", "address", "postal_code"), ""),
                "is_placeholder": False,
                "created_at": made,
                "updated_at": made,
                "recent_fn": (number % 9).tolist(),
                "recent_fp": (number % 7).tolist(),
                "before_fn": (number % 80).tolist(),
                "before_fp": (number % 60).tolist(),
                "dispersion": 1.0,
                "change": (number % 401 / 1000 - 0.2).tolist(),
                "change_low": -0.3,
                "change_high": (number % 401 / 1000 - 0.1).tolist(),
            },
        )
    ComparedSpan.objects.update_or_create(
        pk=1,
        defaults={
            "before_start": from_hour(LAST_HOUR - WINDOWS),
            "recent_start": from_hour(LAST_HOUR - 24),
            "recent_end": from_hour(LAST_HOUR),
        },
    )


def _scores(times: int) -> None:
    from config.models import ScoringProfile
    from jobs import bulk
    from sentiment_api.identifiers import time_ordered_keys
    from sentiment_api.models import SentimentScore

    dice, windows = np.random.default_rng(SEED), WINDOWS * times
    stride = windows // SCORES
    numbers = np.arange(2, CUSTOMERS * times + 1)
    customer = np.r_[np.full(windows, 1), np.repeat(numbers, SCORES)]
    place = np.r_[
        np.arange(windows), (numbers[:, None] % stride + np.arange(SCORES) * stride).ravel()
    ]
    profile = ScoringProfile.active().pk
    for first in range(0, len(customer), AT_ONCE):
        own = customer[first : first + AT_ONCE]
        hours = (LAST_HOUR - windows + place[first : first + AT_ONCE]).tolist()
        share = dice.random(len(own))
        bulk.insert(
            SentimentScore,
            len(own),
            {
                "job_id": time_ordered_keys(len(own)),
                "customer_id": own.tolist(),
                "industry": [f"Industry {n % INDUSTRIES}" for n in own.tolist()],
                "window_start": bulk.hour_values(hours),
                "window_end": bulk.hour_values(hours, later=1),
                "created_at": bulk.hour_values(hours, later=2),
                "revision": 1,
                "sentiment_score": share.tolist(),
                "raw_score": share.tolist(),
                "score_low": (share * 0.8).tolist(),
                "score_high": (share * 0.8 + 0.2).tolist(),
                "evidence": (1 + share * 30).tolist(),
                "state": "scored",
                "calculation_method": "weighted_average",
                "profile_id": profile,
                "fn_count": (own % 40).tolist(),
                "fp_count": (own % 30).tolist(),
            },
        )


def _windows(times: int) -> None:
    from jobs import bulk
    from jobs.models import Window
    from sentiment_api.identifiers import time_ordered_keys
    from sentiment_api.models import OverallSentiment, SegmentSentiment

    for first in range(0, WINDOWS * times, AT_ONCE // INDUSTRIES):
        last = min(first + AT_ONCE // INDUSTRIES, WINDOWS * times)
        hours = list(range(LAST_HOUR - WINDOWS * times + first, LAST_HOUR - WINDOWS * times + last))
        names = [f"Industry {number}" for number in range(INDUSTRIES)] * len(hours)
        each = [hour for hour in hours for _ in range(INDUSTRIES)]
        bulk.insert(
            SegmentSentiment,
            len(each),
            {"job_id": time_ordered_keys(len(each)), "industry": names, **_aggregates(each)},
        )
        bulk.insert(
            OverallSentiment,
            len(hours),
            {"job_id": time_ordered_keys(len(hours)), **_aggregates(hours)},
        )
        read = bulk.hour_values(hours, later=1)
        bulk.insert(
            Window,
            len(hours),
            {
                "window_start": bulk.hour_values(hours),
                "window_end": read,
                "read_at": read,
                "covered_at": read,
                "reports": 100,
                "rejected": 0,
                "segments_owed": False,
                "totals_owed": False,
            },
        )


def _aggregates(hours: list[int]) -> dict[str, Any]:
    from jobs import bulk

    share = np.random.default_rng(SEED).random(len(hours)).tolist()
    return {
        "window_start": bulk.hour_values(hours),
        "window_end": bulk.hour_values(hours, later=1),
        "created_at": bulk.hour_values(hours, later=2),
        "revision": 1,
        "total_customers": 40,
        "avg_sentiment_score": share,
        "avg_raw_score": share,
        "total_fn_count": 400,
        "total_fp_count": 300,
        "standing_customers": CUSTOMERS // INDUSTRIES,
        "standing_sentiment_score": share,
        "standing_low": 0.2,
        "standing_high": 0.8,
    }


def _carry() -> None:
    """Let the customers carry their newest score, as the pipeline does."""
    from jobs import bulk
    from sentiment_api.models import Customer, SentimentScore

    table = bulk.table(Customer)
    bulk.execute(
        f"""
        UPDATE {table}
        SET (current_score_id, current_sentiment, current_state, last_window_start) = (
            SELECT s.job_id, s.sentiment_score, s.state, s.window_start
            FROM {bulk.table(SentimentScore)} AS s
            WHERE s.customer_id = {table}.id ORDER BY s.window_start DESC LIMIT 1)"""  # noqa: S608
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
