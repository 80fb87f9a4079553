"""What a run has read is written after another run was there."""

from datetime import timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from jobs.models import Reprocess, Trigger
from jobs.pipeline import execute, open_hourly_run
from jobs.source.reports import read_counts
from sentiment_api.models import SyncJob
from tests.jobs.conftest import at
from tests.jobs.reference import check_everything
from tests.jobs.test_pipeline import backfill
from tests.source import SourceDatabase

pytestmark = pytest.mark.django_db

READING = "jobs.steps.counts.read_counts"


@pytest.mark.parametrize("customers", [(), (1,)])
def test_what_was_read_earlier_than_what_is_stored_is_dropped(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch, customers: tuple[int, ...]
) -> None:
    """A run is overtaken between its reading and its writing."""
    source.customer(1)
    source.reports(1, at(0), fn=4)
    backfill(at(0), at(2))

    def overtaken(*arguments: Any) -> Any:
        found = read_counts(*arguments)
        monkeypatch.setattr(READING, read_counts)
        source.reports(1, at(0), fn=1)
        backfill(at(0), at(2), Reprocess.ALL)
        return found

    monkeypatch.setattr(READING, overtaken)
    backfill(at(0), at(2), Reprocess.ALL, *customers)
    check_everything(source)
    assert SyncJob.objects.current().get(window_start=at(0)).fn_count == 5


def test_a_score_between_two_late_counts_is_owed_though_its_window_was_read_later(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of the window in the middle overtakes one that finds late reports on both sides."""
    source.customer(1)
    for number in range(3):
        source.reports(1, at(number), fn=1, fp=1)
    backfill(at(0), at(3))
    source.reports(1, at(0), fn=8)
    source.reports(1, at(2), fn=8)

    def overtaken(*arguments: Any) -> Any:
        found = read_counts(*arguments)
        monkeypatch.setattr(READING, read_counts)
        backfill(at(1), at(2), Reprocess.ALL)
        return found

    monkeypatch.setattr(READING, overtaken)
    with freeze_time(at(3)):
        execute(open_hourly_run(Trigger.SCHEDULE))
    check_everything(source)


def test_a_count_that_was_read_later_than_its_window_stays(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the source's clock was set back: nothing takes its place, so it does not end, also
    when another one beside it is new."""
    source.customer(1)
    source.customer(2)
    source.reports(1, at(0), fn=4)
    backfill(at(0), at(2))
    source.reports(2, at(0), fn=1)

    def read_before(*arguments: Any) -> Any:
        found = read_counts(*arguments)
        assert found is not None
        SyncJob.objects.update(read_at=found.read_at + timedelta(microseconds=1))
        return found

    monkeypatch.setattr(READING, read_before)
    backfill(at(0), at(2), Reprocess.ALL)
    check_everything(source)
    assert not SyncJob.objects.exclude(superseded_at=None).exists()
