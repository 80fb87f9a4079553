"""What is deleted when an operator asks for it, so that the rest stays true.

Three promises: coverage stays a row of windows without a new hole, so that nothing is read again;
every score that is left can be explained, so counts that one rests on stay; what is computed
again later finds what it found before, so scores stay as long as an aggregate that is left stands
on them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Max, Min
from django.utils import timezone
from redis.exceptions import RedisError

from config.models import ScoringProfile
from config.outage import in_words
from jobs import bulk
from jobs.clock import to_hour
from jobs.ledger import Ledger, StepResult
from jobs.models import OwedScore, PipelineRun, RunStatus, Trigger, Window
from jobs.models.run import OPEN
from jobs.pipeline import recorded
from jobs.plan import DAILY_REREAD_HOURS
from jobs.queue import is_waiting
from sentiment_api import version
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)

ROWS_PER_TRANSACTION = 2000
DAY = timedelta(days=1)
MOST_DAYS = 100 * 365


class PruneRefusedError(Exception):
    """Nothing is deleted; the message says why, and what to do."""


@dataclass(frozen=True)
class Limits:
    """Superseded rows go that ended before one instant, windows that start before the other."""

    superseded_before: datetime | None = None
    windows_before: datetime | None = None


@dataclass(frozen=True)
class Doomed:
    """Rows of a table that are to go: a condition on the alias `t`."""

    name: str
    model: type[models.Model]
    condition: str
    params: list[Any]

    @property
    def _from(self) -> str:
        return f"FROM {bulk.table(self.model)} t WHERE ({self.condition})"

    @property
    def _key(self) -> str:
        return "window_start" if self.model is Window else "job_id"

    def count(self) -> int:
        """How many there are."""
        ((number,),) = bulk.fetch(f"SELECT count(*) {self._from}", self.params)
        return int(number)

    def batches(self) -> Iterator[list[Any]]:
        """Their keys, by rising window, in parts that a short transaction can delete."""
        bounds = self.model._default_manager.aggregate(a=Min("window_start"), b=Max("window_start"))
        start, last = bounds["a"], bounds["b"]
        while start is not None and start <= last:
            span = [bulk.instant(start), bulk.instant(start + DAY)]
            keys = self._keys(span)
            for place in range(0, len(keys), ROWS_PER_TRANSACTION):
                yield keys[place : place + ROWS_PER_TRANSACTION]
            start += DAY

    def _keys(self, span: list[Any]) -> list[Any]:
        by_window = self.model is Window
        key = bulk.epoch_hour("t.window_start") if by_window else "t.job_id"
        rows = bulk.fetch(
            f"SELECT {key} {self._from} AND t.window_start >= %s AND t.window_start < %s",
            [*self.params, *span],
        )
        keys = [row[0] for row in rows]
        return bulk.hour_values(keys) if by_window else keys

    def delete(self, keys: list[Any]) -> int:
        """Delete these rows, in one transaction."""
        condition, params = bulk.any_of(self._key, keys)
        with transaction.atomic():
            gone = bulk.execute(f"DELETE FROM {bulk.table(self.model)} WHERE {condition}", params)  # noqa: S608
            version.bump()
        return gone


def limits(now: datetime, superseded_days: int | None, window_days: int | None) -> Limits:
    """The limits of an age in days. Raises PruneRefusedError."""
    needed = max(settings.CATCH_UP_HOURS, DAILY_REREAD_HOURS) // 24 + 1
    if window_days is not None and window_days < needed:
        raise PruneRefusedError(
            f"windows older than {window_days} days: at least {needed} days are kept, as runs read "
            "windows again or for the first time until then (CATCH_UP_HOURS)"
        )
    if superseded_days is not None and superseded_days < 1:
        raise PruneRefusedError("superseded rows are kept for at least 1 day")
    if max(superseded_days or 0, window_days or 0) > MOST_DAYS:
        raise PruneRefusedError(f"nothing is older than {MOST_DAYS:,} days: give fewer")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Limits(
        midnight - superseded_days * DAY if superseded_days else None,
        midnight - window_days * DAY if window_days else None,
    )


def refuse_while_at_work(asked: Limits) -> None:
    """Raise PruneRefusedError while a backfill is under way, work is owed by windows that would go,
    or no window would be left."""
    for backfill in PipelineRun.objects.filter(trigger=Trigger.BACKFILL, status__in=OPEN):
        if _is_under_way(backfill):
            raise PruneRefusedError("a backfill is under way: wait for its end")
    if asked.windows_before is None:
        return
    early = Window.objects.filter(window_start__lt=asked.windows_before)
    marked = OwedScore.objects.within(range(to_hour(asked.windows_before)))
    if early.owing().exists() or marked.exists():
        raise PruneRefusedError(
            "windows that would go owe scores or aggregates: `manage.py run_pipeline` first"
        )
    if early.exists() and not Window.objects.filter(window_start__gte=asked.windows_before):
        raise PruneRefusedError("no window would be left: are runs coming to an end?")


def _is_under_way(run: PipelineRun) -> bool:
    if run.status != RunStatus.QUEUED:
        return run.state != RunStatus.LOST
    try:
        return is_waiting(run)
    except RedisError as error:
        raise PruneRefusedError(
            "a backfill was queued, and Redis does not say whether it still waits: "
            f"{in_words(error)}"
        ) from error


def doomed(asked: Limits) -> list[Doomed]:
    """All rows that go, in the order in which they do: whenever it is interrupted, what is left is
    sound, and the next call goes on."""
    superseded, old = _ended(asked), _started(asked.windows_before)
    standing = asked.windows_before
    if standing is not None:
        standing -= timedelta(hours=ScoringProfile.reach_of_all())
    scores = _scores(asked, standing)
    counts = _counts(asked, standing)
    return [
        Doomed("windows", Window, *old),
        Doomed("results of industries", SegmentSentiment, *_either(old, superseded)),
        Doomed("results of the product", OverallSentiment, *_either(old, superseded)),
        Doomed("scores", SentimentScore, *scores),
        Doomed("counts of reports", SyncJob, *counts),
    ]


Condition = tuple[str, list[Any]]
NEVER: Condition = ("1 = 0", [])


def _ended(asked: Limits, alias: str = "t") -> Condition:
    if asked.superseded_before is None:
        return NEVER
    # Never unknown, so that it can be turned round.
    text = f"({alias}.superseded_at IS NOT NULL AND {alias}.superseded_at < %s)"
    return text, [bulk.instant(asked.superseded_before)]


def _started(before: datetime | None, alias: str = "t") -> Condition:
    return NEVER if before is None else (f"{alias}.window_start < %s", [bulk.instant(before)])


def _either(*conditions: Condition) -> Condition:
    return (
        "(" + " OR ".join(text for text, _ in conditions) + ")",
        [value for _, values in conditions for value in values],
    )


def _scores(asked: Limits, standing: datetime | None, alias: str = "t") -> Condition:
    """Scores on which no aggregate that is left stands, save the one that a customer shows."""
    text, params = _either(_started(standing, alias), _ended(asked, alias))
    shown = (
        f"SELECT 1 FROM {bulk.table(Customer)} shown WHERE shown.current_score_id = {alias}.job_id"  # noqa: S608
    )
    return f"{text} AND NOT EXISTS ({shown})", params


def _counts(asked: Limits, standing: datetime | None) -> Condition:
    """Counts on which no score that is left rests, by the longest reach of any profile."""
    text, params = _either(_started(standing), _ended(asked))
    gone, of_gone = _scores(asked, standing, "s")
    reach = ScoringProfile.reach_of_all()
    rests = (
        f"SELECT 1 FROM {bulk.table(SentimentScore)} s "  # noqa: S608
        "WHERE s.customer_id = t.customer_id AND s.window_start >= t.window_start "
        f"AND s.window_start < {bulk.hours_after('t.window_start', reach)} "
        "AND (t.superseded_at IS NULL "
        "OR (s.created_at >= t.created_at AND s.created_at < t.superseded_at)) "
        f"AND NOT ({gone})"
    )
    return f"{text} AND NOT EXISTS ({rests})", [*params, *of_gone]


def prune(asked: Limits, said: Callable[[str, int], None] = lambda *_: None) -> PipelineRun:
    """Delete what is doomed, in short transactions, and keep in the ledger how much of what it was.

    `said` is told the name of each table and how many rows went.
    """
    refuse_while_at_work(asked)
    run = PipelineRun.objects.create(trigger=Trigger.PRUNE, started_at=timezone.now())
    with recorded(run) as ledger:
        for part in doomed(asked):
            _delete(part, ledger, said)
        ledger.finish(RunStatus.SUCCEEDED)
    return run


def _delete(part: Doomed, ledger: Ledger, said: Callable[[str, int], None]) -> None:
    gone = 0
    try:
        for keys in part.batches():
            rows = part.delete(keys)
            gone += rows
            ledger.progress(StepResult(written=rows))
    finally:
        ledger.warn(f"deleted {part.name}", gone)
        said(part.name, gone)
