"""What is left at the end of the month, against what should be there."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from django.db import connection

from jobs.clock import to_hour
from jobs.models import PipelineRun, RunStatus, Window
from jobs.models.run import LOST_AFTER
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from tests.jobs.reference import check_everything
from tests.source import SourceDatabase

KEYS: dict[Any, tuple[str, ...]] = {
    SyncJob: ("customer_id", "window_start"),
    SentimentScore: ("customer_id", "window_start"),
    SegmentSentiment: ("industry", "window_start"),
    OverallSentiment: ("window_start",),
}
END_WITHOUT_SUCCESSOR = (SentimentScore, SegmentSentiment)
"""A score ends when its reports vanish, an industry's row when nobody is left in it."""


def settle_account(source: SourceDatabase, begin: datetime, now: datetime) -> int:
    """Everything equals the source; how many current rows were compared."""
    covered = {to_hour(start) for start in Window.objects.values_list("window_start", flat=True)}
    assert covered >= set(range(to_hour(begin), to_hour(now)))
    check_everything(source)
    _check_customers(source)
    for model in KEYS:
        _check_revisions(model)
    _check_ledger(now)
    if connection.vendor == "sqlite":
        _check_file()
    return sum(model.objects.current().count() for model in KEYS)


def outcomes() -> Counter[str]:
    """Runs by what became of them."""
    return Counter(
        RunStatus.LOST.value if not run.ended else run.status for run in PipelineRun.objects.all()
    )


def superseded() -> int:
    """How many rows have been replaced."""
    return sum(model.objects.exclude(superseded_at=None).count() for model in KEYS)


def _check_customers(source: SourceDatabase) -> None:
    there = {customer for (customer,) in source.sql("SELECT customer_id FROM customers")}
    known = set(Customer.objects.values_list("customer_id", flat=True))
    here = Customer.objects.filter(inactive_since=None, is_placeholder=False)
    assert there <= known
    assert set(here.values_list("customer_id", flat=True)) == there


def _check_revisions(model: Any) -> None:
    """Each key has one current row at most; revisions follow each other without a gap, and each
    begins at the instant at which the one before it ends."""
    rows = defaultdict(list)
    fields = (*KEYS[model], "revision", "created_at", "superseded_at")
    for *key, revision, created_at, superseded_at in model.objects.values_list(*fields):
        rows[tuple(key)].append((revision, created_at, superseded_at))
    for key, found in rows.items():
        begun = Counter((revision, at) for revision, at, _ in found if revision > 1)
        ended = Counter((revision + 1, end) for revision, _, end in found if end)
        said = f"{model.__name__} {key}: {sorted(found)}"
        assert begun <= ended, f"no row goes before one of {said}"
        assert sum(end is None for _, _, end in found) <= 1, f"two are current of {said}"
        if model not in END_WITHOUT_SUCCESSOR:
            revisions = sorted(revision for revision, _, _ in found)
            assert revisions == list(range(1, len(found) + 1)), said
            assert begun == ended, f"no row follows one of {said}"


def _check_ledger(now: datetime) -> None:
    """A run that has not ended is lost."""
    for run in PipelineRun.objects.exclude(finished_at__isnull=False):
        if not run.ended:
            assert run.progress_at < now - LOST_AFTER, f"{run} goes on"


def _check_file() -> None:
    with connection.cursor() as cursor:
        for check, well in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
            cursor.execute(f"PRAGMA {check}")
            assert cursor.fetchall() == well, check
