"""The same results by loops over customers and windows: `python -m benchmarks.pipeline.loop START
STOP` (hours since 1970). One query of the source for each customer and window, then the ORM for
what comes out of it.

Only some customers are done, and of the tables only counts, scores and what customers carry of
them; that is in favour of the loop.
"""

import sqlite3
import sys
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from benchmarks.pipeline import tables
from benchmarks.pipeline.prepared import BACKFILL
from benchmarks.pipeline.tables import Row

if TYPE_CHECKING:
    from sentiment_api.models import Customer

EVERY, FIRST = 100, 33
"""Every hundredth customer is done. They report in as many windows as all do, on average."""
_COUNT = """
SELECT count(*) FILTER (WHERE upper(sample_type) = 'FN'),
    count(*) FILTER (WHERE upper(sample_type) = 'FP')
FROM email_samples WHERE customer_id = %s AND reported_at >= %s AND reported_at < %s"""


def rows(file: Path) -> list[Row]:
    """The counts and scores of these customers, in the tables after a run."""
    only = f"c.customer_id % {EVERY} = {FIRST}"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as local:
        return tables.of(lambda sql: local.execute(sql).fetchall(), only=only)


def main(hours: range) -> None:
    """Do the part."""
    from config.models import DatabaseConfig
    from jobs.clock import from_hour
    from jobs.source.connection import open_source
    from jobs.source.customers import read_customers
    from sentiment_api.models import Customer

    with open_source(DatabaseConfig.active()) as source:
        for row in next(
            read_customers(source, customer_ids=range(FIRST, BACKFILL.customers, EVERY))
        ):
            customer, _ = Customer.objects.update_or_create(
                customer_id=row.customer_id,
                defaults={
                    "company_name": row.company_name or "",
                    "industry": _industry(row.industry),
                },
            )
            for hour in hours:
                start, end = from_hour(hour), from_hour(hour + 1)
                with source.connection.cursor() as cursor:
                    naive = (start.replace(tzinfo=None), end.replace(tzinfo=None))
                    cursor.execute(_COUNT, [customer.customer_id, *naive])
                    fn, fp = cursor.fetchone() or (0, 0)
                if fn + fp:
                    _store(customer, start, end, fn, fp)


def _industry(name: str | None) -> str:
    """As it is spelt in the baselines, where there is one."""
    from config.industries import trim_industry
    from config.models import IndustryBaseline

    trimmed = trim_industry(name)
    known = IndustryBaseline.objects.filter(industry__iexact=trimmed).first()
    return known.industry if known else trimmed


def _store(customer: "Customer", start: datetime, end: datetime, fn: int, fp: int) -> None:
    from config.models import IndustryBaseline, ScoringProfile
    from sentiment_api.models import SentimentScore, SyncJob

    window: dict[str, Any] = {"customer": customer, "window_start": start, "window_end": end}
    counts = {"fn_count": fn, "fp_count": fp}
    count, _ = SyncJob.objects.update_or_create(**window, defaults={**counts, "read_at": end})
    profile = ScoringProfile.active()
    history = SyncJob.objects.filter(customer=customer, window_start__lte=start)
    newest = history.order_by("-window_start")[: profile.history_windows]
    baseline = IndustryBaseline.objects.filter(industry__iexact=customer.industry).first()
    score, _ = SentimentScore.objects.update_or_create(
        **window,
        defaults={
            **_score([one for one in newest if _age(count, one) < profile.max_age_hours], baseline),
            **counts,
            "industry": customer.industry,
            "profile": profile,
        },
    )
    customer.current_score, customer.current_sentiment = score, score.sentiment_score
    customer.current_state, customer.last_window_start = score.state, start
    customer.save()


def _age(newest: Any, one: Any) -> float:
    return float((newest.window_start - one.window_start).total_seconds() / 3600)


def _score(history: list[Any], baseline: Any) -> dict[str, Any]:
    """The formulas of the standard profile, on counts from the newest back."""
    from jobs.sentiment_calc import (
        industry_normalized_sentiment,
        weighted_average_sentiment,
        wilson_interval,
    )

    weights = [0.9**place for place in range(len(history))]
    squares = [
        weight * weight / (one.fn_count + one.fp_count)
        for weight, one in zip(weights, history, strict=True)
    ]
    evidence = sum(weights) ** 2 / sum(squares)
    raw = weighted_average_sentiment(
        [
            {"timestamp": one.window_start, "fn_count": one.fn_count, "fp_count": one.fp_count}
            for one in history
        ]
    )
    values = (raw, *wilson_interval(raw, evidence))
    level = baseline.baseline_score if baseline else 0
    score, low, high = (industry_normalized_sentiment(value, level) for value in values)
    return {
        "sentiment_score": score,
        "raw_score": raw,
        "score_low": low,
        "score_high": high,
        "evidence": evidence,
        "state": "scored" if evidence >= 5 else "insufficient_evidence",
        "calculation_method": "weighted_average" + ("_normalized" if baseline else ""),
        "baseline_score": baseline.baseline_score if baseline else None,
    }


if __name__ == "__main__":
    django.setup()
    main(range(int(sys.argv[1]), int(sys.argv[2])))
