"""Which scores an aggregate rested on at several times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from jobs import bulk
from jobs.clock import from_hour, to_hour
from jobs.models import Window
from sentiment_api.models import Customer, SentimentScore, SyncJob


@dataclass(frozen=True)
class StandingScore:
    """A customer's newest score up to a window, as it was known at some time. `gone` is when the
    customer, as far as is known now, vanished from the source."""

    job_id: Any
    hour: int
    industry: str
    fn_count: int
    fp_count: int
    profile_id: int
    baseline_score: float | None
    gone: datetime | None


Standing = Mapping[int, StandingScore]
"""By the customer's local key."""


def standing_scores(
    window_start: datetime, instants: Sequence[datetime], longest: int
) -> list[Standing]:
    """For each instant every customer's newest score among the `longest` hours up to a window, as
    it was known then. One query; it looks once for each customer and instant."""
    scores = bulk.table(SentimentScore)
    values = ", ".join(f"({number:d}, %s)" for number in range(len(instants)))
    rows = bulk.fetch(
        f"""
        SELECT moment.column1, c.id, s.job_id, {bulk.epoch_hour("s.window_start")}, s.industry,
            s.fn_count, s.fp_count, s.profile_id, s.baseline_score, c.inactive_since
        FROM (VALUES {values}) AS moment
        CROSS JOIN {bulk.table(Customer)} AS c
        JOIN {scores} AS s ON s.job_id = (
            SELECT h.job_id FROM {scores} AS h
            WHERE h.customer_id = c.id AND h.window_start <= %s AND h.window_start > %s
                AND h.created_at <= moment.column2
                AND (h.superseded_at IS NULL OR h.superseded_at > moment.column2)
            ORDER BY h.window_start DESC LIMIT 1)""",  # noqa: S608
        [
            *map(bulk.instant, instants),
            bulk.instant(window_start),
            bulk.instant(window_start - timedelta(hours=longest)),
        ],
    )
    found: list[dict[int, StandingScore]] = [{} for _ in instants]
    for number, customer, job_id, hour, industry, fn, fp, profile, baseline, gone in rows:
        found[number][customer] = StandingScore(
            job_id, hour, industry, fn, fp, profile, baseline, gone and bulk.as_instant(gone)
        )
    return list(found)


@dataclass(frozen=True)
class Arrivals:
    """Since when scores could be there: when their windows were first read, and when the counts
    were written that they were made of."""

    covered_at: Mapping[int, datetime]
    counted_at: Mapping[Any, datetime]

    @classmethod
    def of(cls, scores: Sequence[StandingScore]) -> "Arrivals":
        """Of these scores. Two queries."""
        hours = {score.hour for score in scores}
        covered = Window.objects.filter(
            window_start__in=[from_hour(hour) for hour in hours]
        ).values_list("window_start", "covered_at")
        condition, params = bulk.any_of("s.job_id", [score.job_id for score in scores])
        counted = bulk.fetch(
            f"""
            SELECT s.job_id, (
                SELECT max(n.created_at) FROM {bulk.table(SyncJob)} AS n
                WHERE n.customer_id = s.customer_id AND n.window_start = s.window_start
                    AND n.created_at <= s.created_at)
            FROM {bulk.table(SentimentScore)} AS s WHERE {condition}""",  # noqa: S608
            params,
        )
        return cls(
            {to_hour(start): at for start, at in covered},
            {key: bulk.as_instant(at) for key, at in counted if at},
        )

    def is_late(self, score: StandingScore, since: datetime) -> bool:
        """Were the reports of this score counted since then, in a window that had been read
        before?"""
        covered, counted = self.covered_at.get(score.hour), self.counted_at.get(score.job_id)
        return covered is not None and covered <= since and counted is not None and counted > since
