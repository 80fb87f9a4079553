"""Deleting what is old: what is left stays true."""

import io
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone
from pytest_django import Settings

from jobs import bulk, retention
from jobs.clock import from_hour, to_hour
from jobs.explanation import Explanation, explain
from jobs.gaps import gaps
from jobs.models import OwedScore, PipelineRun, Reprocess, RunStatus, Trigger, Window
from jobs.models.run import LOST_AFTER
from jobs.pipeline import backfill_run, execute
from jobs.plan import plan_hour
from jobs.row_keys import HOURS
from jobs.status import last_run
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from sentiment_api.version import current_version
from tests.factories import PipelineRunFactory, WindowFactory
from tests.source import SourceDatabase

RESULTS = (SyncJob, SentimentScore, SegmentSentiment, OverallSentiment)
DAYS = 24


def prune(*arguments: str) -> str:
    """What the command says."""
    out = io.StringIO()
    call_command("prune", *arguments, stdout=out)
    return out.getvalue()


def numbers(said: str) -> dict[str, int]:
    """The rows of each table that the command tells of."""
    lines = [line.split(maxsplit=1) for line in said.splitlines() if line.startswith(" ")]
    return {name: int(count.replace(",", "")) for count, name in lines}


@pytest.fixture
def start(source: SourceDatabase, settings: Settings) -> datetime:
    """Weeks of reports, some of which came late twice; one customer fell silent."""
    settings.CATCH_UP_HOURS = 240
    now = to_hour(timezone.now())
    first = now - DAYS * 24
    random = np.random.default_rng(7)
    for customer in (1, 2, 3):
        source.customer(customer, industry="Banking" if customer < 3 else "Energy")
        for hour in random.choice(np.arange(first, now), 40, replace=False).tolist():
            fn, fp = random.integers(1, 6, 2).tolist()
            source.reports(customer, from_hour(hour), fn=fn, fp=fp)
    source.customer(4, industry="Energy")
    for hour in range(first, first + 30, 3):
        source.reports(4, from_hour(hour), fn=2, fp=7)
    everything = (from_hour(first), from_hour(now), Reprocess.ALL)
    execute(backfill_run(*everything))
    for _ in range(2):
        for customer in (1, 2, 3):
            for hour in random.choice(np.arange(first, now), 25, replace=False).tolist():
                source.reports(customer, from_hour(hour), fp=3)
        execute(backfill_run(*everything))
    for model in RESULTS:
        # It all happened three days ago.
        model.objects.update(
            created_at=F("created_at") - timedelta(days=3),
            superseded_at=F("superseded_at") - timedelta(days=3),
        )
    return from_hour(first)


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of results and windows."""
    return {
        model.__name__: sorted(model._default_manager.values_list(), key=repr)
        for model in (*RESULTS, Window)
    }


def explanations() -> dict[object, Explanation]:
    """Of all scores there are, superseded ones too."""
    return {score.pk: explain(score) for score in SentimentScore.objects.select_related()}


def test_what_is_left_stays_true(start: datetime, source: SourceDatabase) -> None:
    ages = ["--superseded-older-than", "1", "--windows-older-than", "12"]
    before, told = everything(), explanations()
    again = list(plan_hour(timezone.now(), whole_day=True).slices)
    dry = prune(*ages)
    assert "Nothing is deleted yet: make a backup, then add --yes." in dry
    expected = numbers(dry)
    assert min(expected.values()) > 0
    assert everything() == before
    assert not PipelineRun.objects.filter(trigger=Trigger.PRUNE).exists()
    version = current_version()
    said = prune(*ages, "--yes")
    assert current_version() > version
    assert numbers(said) == expected
    gone = {name: len(before[name]) - len(rows) for name, rows in everything().items()}
    assert gone == {
        "Window": expected["windows"],
        "SegmentSentiment": expected["results of industries"],
        "OverallSentiment": expected["results of the product"],
        "SentimentScore": expected["scores"],
        "SyncJob": expected["counts of reports"],
    }
    run = PipelineRun.objects.get(trigger=Trigger.PRUNE)
    assert run.status == RunStatus.SUCCEEDED
    assert run.rows_written == sum(expected.values())
    assert {line["what"]: line["count"] for line in run.warnings} == {
        f"deleted {name}": count for name, count in expected.items()
    }

    assert gaps() == []
    assert list(plan_hour(timezone.now(), whole_day=True).slices) == again
    left = explanations()
    assert 0 < len(left) < len(told)
    assert left == {key: told[key] for key in left}, "whatever is left can be explained as before"

    silent = Customer.objects.select_related("current_score").get(customer_id=4)
    assert silent.current_score is not None
    assert silent.current_score.window_start < timezone.now() - timedelta(days=20)
    assert len(explain(silent.current_score).windows) > 1

    assert sum(numbers(prune(*ages)).values()) == 0
    kept = everything()
    first = Window.objects.earliest("window_start").window_start
    redone = backfill_run(first, from_hour(to_hour(timezone.now())), Reprocess.ALL)
    execute(redone)
    changed = {
        name: len(set(map(repr, rows)) ^ set(map(repr, kept[name])))
        for name, rows in everything().items()
        if name != "Window"
    }
    assert set(changed.values()) == {0}, "computed again, all of it is as it was"


def test_each_kind_alone(start: datetime) -> None:
    superseded = numbers(prune("--superseded-older-than", "1"))
    assert superseded["windows"] == 0
    assert superseded["scores"] == SentimentScore.objects.exclude(superseded_at=None).count()
    prune("--superseded-older-than", "1", "--yes")
    assert not SentimentScore.objects.exclude(superseded_at=None).exists()
    windows = numbers(prune("--windows-older-than", "12"))
    assert (
        windows["windows"]
        == Window.objects.filter(
            window_start__lt=timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
            - timedelta(days=12)
        ).count()
    )


def test_it_goes_in_small_parts_and_on_where_it_ended(
    start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ROWS_PER_TRANSACTION", 20)
    ages = ["--superseded-older-than", "1", "--windows-older-than", "12"]
    expected = numbers(prune(*ages))
    told = explanations()
    delete, sizes = bulk.execute, list[int]()

    def interrupted(sql: str, params: list[object]) -> int:
        if not sql.startswith("DELETE"):
            return delete(sql, params)
        sizes.append(delete(sql, params))
        if len(sizes) == 30:
            raise KeyboardInterrupt
        return sizes[-1]

    monkeypatch.setattr(bulk, "execute", interrupted)
    with pytest.raises(SystemExit) as stopped:
        prune(*ages, "--yes")
    monkeypatch.setattr(bulk, "execute", delete)
    assert stopped.value.code == 130
    assert len(sizes) == 30
    assert max(sizes) <= 20
    run = PipelineRun.objects.get(trigger=Trigger.PRUNE)
    assert run.status == RunStatus.INTERRUPTED
    assert run.error == "interrupted; the same command goes on"
    shown = last_run()
    assert shown is not None
    assert shown.trigger != Trigger.PRUNE
    assert sum(line["count"] for line in run.warnings) >= sum(sizes) - 20 - max(sizes)
    assert gaps() == []
    left = explanations()
    assert left == {key: told[key] for key in left}
    rest = numbers(prune(*ages, "--yes"))
    assert sum(rest.values()) + sum(sizes) in (
        sum(expected.values()),
        sum(expected.values()) + sizes[-1],  # The last part was rolled back.
    )
    assert sum(numbers(prune(*ages)).values()) == 0


@pytest.mark.django_db
def test_what_would_harm_is_refused(settings: Settings) -> None:
    settings.CATCH_UP_HOURS = 744
    now = to_hour(timezone.now())
    with pytest.raises(CommandError, match="Name an age"):
        prune()
    with pytest.raises(CommandError, match="at least 32 days are kept"):
        prune("--windows-older-than", "31")
    settings.CATCH_UP_HOURS = 48
    with pytest.raises(CommandError, match="at least 11 days are kept"):
        prune("--windows-older-than", "10")
    with pytest.raises(CommandError, match="at least 1 day"):
        prune("--superseded-older-than", "0")
    for age in ("--superseded-older-than", "--windows-older-than"):
        with pytest.raises(CommandError, match="nothing is older than 36,500 days"):
            prune(age, "800000")
    with pytest.raises(CommandError, match="choose one"):
        prune("--superseded-older-than", "1", "--yes", "--dry-run")
    old = WindowFactory(window_start=from_hour(now - 60 * 24))
    with pytest.raises(CommandError, match="no window would be left"):
        prune("--windows-older-than", "32", "--yes")
    WindowFactory(window_start=from_hour(now - 1))
    Window.objects.filter(pk=old.pk).update(totals_owed=True)
    with pytest.raises(CommandError, match="owe scores or aggregates"):
        prune("--windows-older-than", "32", "--yes")
    Window.objects.update(totals_owed=False)
    # Scores may outlive their windows, and be owed when an older window is read again.
    mark = OwedScore.objects.create(key=HOURS + now - 50 * 24)
    with pytest.raises(CommandError, match="owe scores or aggregates"):
        prune("--windows-older-than", "32", "--yes")
    mark.delete()
    assert Window.objects.count() == 2


@pytest.mark.django_db
def test_beside_a_backfill_it_is_refused(settings: Settings) -> None:
    run = PipelineRunFactory(trigger=Trigger.BACKFILL, status=RunStatus.RUNNING)
    with pytest.raises(CommandError, match="a backfill is under way"):
        prune("--windows-older-than", "32", "--yes")
    PipelineRun.objects.update(progress_at=run.progress_at - 2 * LOST_AFTER)
    assert sum(numbers(prune("--windows-older-than", "32", "--yes")).values()) == 0
    PipelineRun.objects.filter(pk=run.pk).update(status=RunStatus.QUEUED)
    settings.RQ_QUEUES = {name: {"URL": "redis://127.0.0.1:1"} for name in settings.RQ_QUEUES}
    with pytest.raises(CommandError, match="Redis does not say whether it still waits"):
        prune("--windows-older-than", "32", "--yes")
