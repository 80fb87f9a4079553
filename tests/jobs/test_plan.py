"""Which windows a run reads."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from freezegun import freeze_time
from pytest_django import Settings

from jobs.clock import slices, spread, to_hour
from jobs.gaps import gaps
from jobs.models import PipelineRun, Reprocess, RunPart, RunStatus, Trigger, Window, Work
from jobs.pipeline import backfill_run
from jobs.plan import SLICE_HOURS, Plan, failed, is_first_of_day, plan_backfill, plan_hour
from tests.factories import PipelineRunFactory, WindowFactory
from tests.jobs.conftest import at

NOW = at(2000) + timedelta(minutes=7)
ZERO = to_hour(at(0))
pytestmark = pytest.mark.django_db


def cover(hours: Iterable[int]) -> None:
    for hour in hours:
        WindowFactory(window_start=at(hour))


def hours_of(plan: Plan) -> list[int]:
    """The windows of a plan, counted from the tests' first."""
    return [hour - ZERO for part in plan.slices for hour in part]


def test_an_empty_database_reads_the_initial_history() -> None:
    plan = plan_hour(NOW, whole_day=False)
    assert hours_of(plan) == list(range(1760, 2000))
    assert plan.everyone


def test_the_initial_history_ends_with_the_first_hour_there_is(settings: Settings) -> None:
    settings.INITIAL_HISTORY_HOURS = 1_000_000
    assert hours_of(plan_hour(NOW, whole_day=True))[0] == -ZERO


def test_an_hour_reads_the_new_window_and_the_last_24_again() -> None:
    cover(range(1900, 1999))
    plan = plan_hour(NOW, whole_day=False)
    assert hours_of(plan) == list(range(1976, 2000))
    assert not plan.everyone


def test_the_first_run_of_a_day_reads_240() -> None:
    cover(range(1700, 1999))
    plan = plan_hour(NOW, whole_day=True)
    assert hours_of(plan) == list(range(1760, 2000))
    assert plan.everyone


def test_what_lies_before_the_first_covered_window_is_left_alone() -> None:
    cover(range(1990, 1999))
    assert hours_of(plan_hour(NOW, whole_day=True)) == list(range(1990, 2000))


def test_gaps_are_caught_up_as_far_as_the_setting_says(settings: Settings) -> None:
    settings.CATCH_UP_HOURS = 100
    cover([1000, *range(1950, 1960), *range(1970, 1999)])
    expected = [*range(1900, 1950), *range(1960, 1970), *range(1976, 2000)]
    assert hours_of(plan_hour(NOW, whole_day=False)) == expected


@pytest.mark.parametrize(("reach", "caught_up"), [(40, [True, True]), (39, [False, True])])
def test_a_gap_knows_whether_the_next_run_reads_all_of_it(
    settings: Settings, reach: int, caught_up: list[bool]
) -> None:
    settings.CATCH_UP_HOURS = reach
    cover([*range(1950, 1960), *range(1970, 1999)])
    with freeze_time(NOW):
        assert [gap.is_caught_up for gap in gaps()] == caught_up


def test_slices_are_consecutive_and_bounded() -> None:
    parts = list(slices([*range(400), 500, 502, 503], SLICE_HOURS))
    assert parts == [
        range(240), range(240, 400), range(500, 501), range(502, 504),
    ]  # fmt: skip
    assert list(slices([], SLICE_HOURS)) == []


def test_spread_merges_what_touches() -> None:
    assert spread(np.array([5, 1, 3, 20]), 3) == [range(1, 8), range(20, 23)]


def backfill(start: int, end: int, reprocess: Reprocess, *customers: int) -> list[int]:
    return hours_of(plan_backfill(backfill_run(at(start), at(end), reprocess, customers), NOW))


def test_backfill_reads_what_is_not_covered() -> None:
    cover([3, 4])
    assert backfill(1, 7, Reprocess.NONE) == [1, 2, 5, 6]


def test_backfill_never_reads_a_window_that_is_not_over() -> None:
    assert backfill(1998, 2005, Reprocess.ALL) == [1998, 1999]
    assert backfill(2001, 2005, Reprocess.NONE) == []


def test_backfill_of_customers_stays_in_covered_windows() -> None:
    cover([3, 4, 9])
    assert backfill(1, 7, Reprocess.NONE, 5) == [3, 4]


def run_of(first: int, last: int, status: RunStatus, started: int, **values: Any) -> None:
    """A run over some windows, started so many hours after the tests' first window."""
    PipelineRunFactory(
        range_start=at(first), range_end=at(last), status=status, started_at=at(started), **values
    )


def read_again(hours: Iterable[int], when: int) -> None:
    for hour in hours:
        Window.objects.filter(pk=at(hour)).update(stored_at=at(when))


def test_backfill_reads_windows_whose_last_run_failed() -> None:
    cover(range(10))
    run_of(2, 6, RunStatus.FAILED, started=100)
    run_of(3, 5, RunStatus.SUCCEEDED, started=110)
    read_again([3], 111)
    run_of(8, 9, RunStatus.RUNNING, started=120, progress_at=at(0))
    assert backfill(0, 10, Reprocess.FAILED) == [2, 4, 5, 8]
    assert backfill(0, 10, Reprocess.NONE) == []


def test_windows_that_an_unfinished_run_completed_are_not_failed() -> None:
    cover(range(6))
    run_of(0, 6, RunStatus.INTERRUPTED, started=100, reprocess=Reprocess.ALL)
    read_again([0, 1, 2], 101)
    Window.objects.filter(pk=at(2)).update(totals_owed=True)
    assert backfill(0, 6, Reprocess.FAILED) == [2, 3, 4, 5]


def test_what_was_to_be_computed_again_is_until_it_was() -> None:
    """The windows behind the first two are read again by an hourly run, which is not enough."""
    cover(range(6))
    everything = {"trigger": Trigger.BACKFILL, "reprocess": Reprocess.ALL}
    run_of(0, 6, RunStatus.INTERRUPTED, started=100, windows_done=2, **everything)
    read_again([0, 1], 101)
    run_of(0, 6, RunStatus.SUCCEEDED, started=110)
    read_again(range(6), 111)
    assert backfill(0, 6, Reprocess.FAILED) == [2, 3, 4, 5]
    run_of(3, 6, RunStatus.FAILED, started=120)
    assert computed_again() == {(2, 6): True}
    run_of(3, 5, RunStatus.SUCCEEDED, started=130, **everything | {"reprocess": "failed"})
    read_again([3, 4], 131)
    assert computed_again() == {(2, 3): True, (5, 6): True}


def computed_again() -> dict[tuple[int, int], bool]:
    """The slices of the first six windows, and whether all scores there are computed again."""
    plan = plan_backfill(backfill_run(at(0), at(6), Reprocess.FAILED), NOW)
    return {(part.start - ZERO, part.stop - ZERO): plan.recomputes(part) for part in plan.slices}


def test_a_failed_hourly_run_is_no_reason_to_compute_anything_again() -> None:
    cover(range(6))
    run_of(0, 6, RunStatus.FAILED, started=100)
    assert computed_again() == {(0, 6): False}
    run_of(2, 4, RunStatus.FAILED, started=110, trigger=Trigger.BACKFILL, reprocess=Reprocess.ALL)
    assert computed_again() == {(0, 2): False, (2, 4): True, (4, 6): False}


def test_parts_tell_what_a_crew_has_read() -> None:
    cover(range(6))
    run_of(0, 6, RunStatus.FAILED, 100, trigger=Trigger.BACKFILL, reprocess=Reprocess.ALL)
    run = PipelineRun.objects.get()
    for first, done in ((0, None), (2, at(101)), (4, None)):
        span = {"range_start": at(first), "range_end": at(first + 2)}
        RunPart.objects.create(run=run, work=Work.COUNTS, done_at=done, **span)
    read_again([2, 3], 101)
    assert backfill(0, 6, Reprocess.FAILED) == [0, 1, 4, 5]


def test_windows_that_an_unfinished_run_never_meant_to_read_are_not_failed() -> None:
    cover(range(3))
    run_of(0, 9, RunStatus.INTERRUPTED, started=100, trigger=Trigger.BACKFILL)
    assert backfill(0, 4, Reprocess.FAILED) == [3]


def test_a_failed_hourly_run_was_to_read_gaps_and_the_last_windows_alone() -> None:
    """Its range begins with the oldest gap."""
    cover([*range(5), *range(10, 60)])
    run_of(5, 60, RunStatus.FAILED, started=100)
    assert backfill(0, 60, Reprocess.FAILED) == [*range(5, 10), *range(36, 60)]
    cover(range(5, 10))
    Window.objects.filter(pk__in=map(at, range(5, 10))).update(covered_at=at(110))
    assert backfill(0, 60, Reprocess.FAILED) == [*range(5, 10), *range(36, 60)], "what was new"
    run_of(5, 60, RunStatus.FAILED, started=120, whole_day=True)
    assert backfill(0, 60, Reprocess.FAILED) == [*range(5, 60)]


def test_a_failed_repair_of_sound_windows_makes_none_of_them_failed() -> None:
    cover(range(10))
    run_of(0, 3, RunStatus.FAILED, started=100)
    run_of(0, 10, RunStatus.FAILED, started=110, trigger=Trigger.BACKFILL, reprocess="failed")
    assert backfill(0, 10, Reprocess.FAILED) == [0, 1, 2]


def test_what_was_done_last_counts_not_what_was_asked_for_last() -> None:
    cover(range(4))
    everything = {"trigger": Trigger.BACKFILL, "reprocess": Reprocess.ALL}
    run_of(0, 4, RunStatus.SUCCEEDED, started=110, **everything)
    run_of(0, 4, RunStatus.FAILED, started=100, **everything)
    read_again(range(4), 111)
    assert backfill(0, 4, Reprocess.FAILED) == []


def test_a_run_for_some_customers_neither_fails_windows_nor_mends_them() -> None:
    cover(range(4))
    run_of(0, 2, RunStatus.FAILED, started=100)
    run_of(0, 2, RunStatus.SUCCEEDED, started=110, customer_ids=[1])
    run_of(2, 4, RunStatus.FAILED, started=110, customer_ids=[1])
    assert backfill(0, 4, Reprocess.FAILED) == [0, 1]


def test_who_goes_on_with_a_backfill_need_not_wait_until_it_is_lost() -> None:
    """One that was killed a moment ago looks as if it were at work, and none of it as failed."""
    cover(range(6))
    killed = {"trigger": Trigger.BACKFILL, "reprocess": Reprocess.ALL, "windows_done": 2}
    run_of(0, 6, RunStatus.RUNNING, started=100, progress_at=timezone.now(), **killed)
    read_again([0, 1], 101)
    assert computed_again() == {(2, 6): True}
    assert failed(range(ZERO, ZERO + 6)).tolist() == []


def test_a_run_that_is_still_at_work_decides_nothing() -> None:
    cover(range(2))
    run_of(0, 2, RunStatus.FAILED, started=100)
    run_of(0, 2, RunStatus.RUNNING, started=110, progress_at=timezone.now())
    assert backfill(0, 2, Reprocess.FAILED) == [0, 1]


def test_only_a_run_that_succeeded_today_makes_the_next_a_plain_one() -> None:
    assert is_first_of_day(NOW)
    PipelineRunFactory(whole_day=True, created_at=NOW - timedelta(days=1))
    PipelineRunFactory(whole_day=True, created_at=NOW, status=RunStatus.FAILED)
    PipelineRunFactory(whole_day=False, created_at=NOW)
    assert is_first_of_day(NOW)
    PipelineRunFactory(whole_day=True, created_at=NOW)
    assert not is_first_of_day(NOW)


def test_a_run_without_progress_is_lost() -> None:
    run = PipelineRun(trigger=Trigger.SCHEDULE, status=RunStatus.RUNNING)
    assert run.state == RunStatus.RUNNING
    run.progress_at -= timedelta(minutes=11)
    assert run.state == RunStatus.LOST
    run.status = RunStatus.SUCCEEDED
    assert run.state == RunStatus.SUCCEEDED
