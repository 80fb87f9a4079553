"""Zones, daylight saving and clocks that are wrong or set: windows stay full hours in UTC, each is
read when it is over, and each report is counted once."""

import subprocess
import sys
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import django_rq
import pytest
from django.db.models import Sum
from django.utils import timezone

from config.models import DatabaseConfig
from jobs import schedules
from jobs.clock import CLOCK_TOLERANCE, from_hour, to_hour
from jobs.models import PipelineRun, Reprocess, Trigger, Window
from jobs.pipeline import backfill_run, execute, open_hourly_run
from jobs.plan import failed
from jobs.queue import HOURLY_QUEUE
from jobs.source.connection import SourceError
from sentiment_api.models import SyncJob
from tests.demo.waiting import wait_for
from tests.faults.clock_file import Clock, begin_early_in_the_hour
from tests.faults.source_clock import clock_of
from tests.jobs.reference import check_everything
from tests.processes import ROOT, environment, process
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

HOUR = 3600


@pytest.fixture(autouse=True)
def _early_in_the_hour() -> None:
    """No test here passes from one hour to the next."""
    begin_early_in_the_hour()


# --- zones ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_a_machine_in_another_zone_reads_full_hours_of_utc_at_minute_0(
    source: SourceDatabase, redis_url: str, zone: str
) -> None:
    """In Kolkata minute 0 is minute 30 of UTC."""
    source.customer(1)
    source.reports(1, hours_ago(3), fn=3, fp=1)
    source.reports(1, hours_ago(9), fn=2)
    assert process_of(0, "setup_schedules", TZ=zone, REDIS_URL=redis_url).returncode == 0
    (registered,) = schedules.registered()
    assert (registered.next_time.minute, registered.next_time.second) == (0, 0)
    scheduler = django_rq.get_scheduler(HOURLY_QUEUE)
    (job,) = scheduler.get_jobs()
    scheduler.change_execution_time(job, datetime(2026, 1, 1))  # noqa: DTZ001 - as it stands there
    with (
        process(redis_url, "rqscheduler", "--interval", "1", "--queue", HOURLY_QUEUE, TZ=zone),
        process(redis_url, "rqworker", "high", "default", TZ=zone),
    ):
        assert wait_for(lambda: PipelineRun.objects.filter(status="succeeded").exists(), 60)
    (registered,) = schedules.registered()
    assert registered.next_time.minute == 0
    assert timedelta() < registered.next_time - timezone.now() <= timedelta(hours=1)
    assert Window.objects.complete().count() == 240
    check_everything(source)


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("Europe/Berlin", "2026-03-29T01:00Z"),  # 02:00 to 03:00 does not exist
        ("Europe/Berlin", "2026-10-25T01:00Z"),  # 02:00 to 03:00 comes twice
        ("America/New_York", "2026-03-08T07:00Z"),
        ("America/New_York", "2025-11-02T06:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00Z"),  # half an hour comes twice
        ("Australia/Lord_Howe", "2025-10-04T15:30Z"),
        ("Asia/Kolkata", "2026-05-01T00:00Z"),
    ],
)
def test_a_source_that_writes_local_time_loses_and_doubles_no_report(
    source: SourceDatabase, zone: str, change: str
) -> None:
    """Its clock jumps in the middle of what is read; it writes a report for every ten minutes of
    its calendar, also for those that do not exist."""
    DatabaseConfig.objects.update(source_timezone=zone)
    middle = to_hour(datetime.fromisoformat(change))
    source.customer(1)
    source.customer(2, "Retail")
    first = from_hour(middle).replace(tzinfo=None) - timedelta(hours=30)
    times = [first + timedelta(minutes=10 * number) for number in range(6 * 60)]
    rows = [(n % 3 % 2 + 1, "FN" if n % 4 else "FP", "{}", at) for n, at in enumerate(times)]
    source.raw_reports(rows)
    run = backfill_run(from_hour(middle - 48), from_hour(middle + 48), Reprocess.NONE)
    run.save()
    execute(run)
    assert Window.objects.complete().count() == 96
    counted = SyncJob.objects.current().aggregate(all=Sum("fn_count") + Sum("fp_count"))
    assert counted == {"all": len(rows)}
    check_everything(source)


# --- our clock ------------------------------------------------------------------------------------


def test_our_clock_is_set_back_an_hour(source: SourceDatabase) -> None:
    """An hour ahead, then right, as by NTP; reports come in all the time."""
    source.customer(1)
    report(source, hours=range(1, 30))
    run_at(HOUR)
    nothing_is_read_too_early()
    report(source, hours=range(1, 5))
    run()
    nothing_is_read_too_early()
    check_everything(source)
    report(source, hours=range(2, 9))
    run_at(-HOUR)
    run()
    nothing_is_read_too_early()
    check_everything(source)
    assert covered() >= set(range(this_hour() - 239, this_hour()))


def test_a_clock_that_is_behind_reads_later_and_all(source: SourceDatabase) -> None:
    source.customer(1)
    report(source, hours=range(1, 30))
    run()
    run_at(-HOUR)
    report(source, hours=range(2, 6))
    run_at(-HOUR)
    check_everything(source)
    assert this_hour() - 1 in covered()


def test_the_clock_of_living_processes_is_set(
    source: SourceDatabase, redis_url: str, tmp_path: Path
) -> None:
    """An hour forward, back, and further back, below a scheduler and a worker that go on. The
    schedule that they put down while they were ahead would leave hours out."""
    source.customer(1)
    report(source, hours=range(1, 30))
    clock = Clock(tmp_path / "clock")
    schedules.restore()
    with ExitStack() as stack:
        living = [
            stack.enter_context(process(redis_url, *one, clock=clock.file))
            for one in (("rqscheduler", "--interval", "1"), ("rqworker", "high", "default"))
        ]
        for runs, ahead in enumerate((0, HOUR, 0, -HOUR, 30 * 24 * HOUR, 0), start=1):
            clock.is_ahead(ahead)
            assert wait_for(lambda: good_runs() >= runs, 60), f"{ahead} s ahead"  # noqa: B023
            nothing_is_read_too_early()
            (registered,) = schedules.registered()
            there = timezone.now() + timedelta(seconds=ahead)
            assert timedelta() < registered.next_time - there <= timedelta(hours=1)
            assert registered.next_time.minute == 0
            report(source, hours=range(2, 7))
        assert [one.poll() for one in living] == [None, None]
    assert PipelineRun.objects.count() == good_runs() == 6, "each step of the clock costs one run"
    run()
    assert covered() >= set(range(this_hour() - 239, this_hour()))
    check_everything(source)


def test_a_scheduler_that_starts_after_its_clock_was_set_back(
    source: SourceDatabase, redis_url: str
) -> None:
    """The machine began with a wrong date, as without a battery; what was put down then stands
    there for next year."""
    assert process_of(365 * 24 * HOUR, "setup_schedules", REDIS_URL=redis_url).returncode == 0
    (registered,) = schedules.registered()
    assert registered.next_time > timezone.now() + timedelta(days=364)
    with (
        process(redis_url, "rqscheduler", "--interval", "1"),
        process(redis_url, "rqworker", "high", "default"),
    ):
        assert wait_for(lambda: good_runs() == 1, 60)
    (registered,) = schedules.registered()
    assert registered.next_time - timezone.now() <= timedelta(hours=1)


# --- the source's clock ---------------------------------------------------------------------------


def test_a_source_whose_clock_is_set_back_is_read_at_once(source: SourceDatabase) -> None:
    """What was read an hour later by its clock is older all the same."""
    source.customer(1)
    report(source, hours=range(1, 30))
    run()
    with clock_of(source, hours=-1):
        report(source, hours=range(2, 9))
        run()
        check_everything(source)
        report(source, hours=range(3, 9))
        only_one_customer = backfill_run(hours_ago(12), hours_ago(2), Reprocess.NONE, [1])
        only_one_customer.save()
        execute(only_one_customer)
        check_everything(source)
    report(source, hours=range(2, 9))
    run()
    check_everything(source)


def test_a_source_that_is_behind_is_not_read_before_its_hour_is_over(
    source: SourceDatabase,
) -> None:
    source.customer(1)
    report(source, hours=range(1, 30))
    with clock_of(source, hours=-2):
        run()
        nothing_is_read_too_early(ahead=-2)
        assert {
            "what": "windows that are not over by the source's clock, left for a later run",
            "count": this_hour() - 1 - max(covered()),
        } in PipelineRun.objects.get().warnings
        check_everything(source)
    run()
    assert max(covered()) == this_hour() - 1
    check_everything(source)


def test_a_source_that_is_ahead_is_read_as_ever(source: SourceDatabase) -> None:
    source.customer(1)
    report(source, hours=range(1, 30))
    with clock_of(source, hours=1):
        run()
        report(source, hours=range(1, 9))
        run()
        check_everything(source)
    report(source, hours=range(1, 9))
    run()
    assert max(covered()) == this_hour() - 1
    check_everything(source)


@pytest.mark.parametrize("hours", [-1, 1])
def test_what_failed_is_known_by_our_clock(source: SourceDatabase, hours: int) -> None:
    source.customer(1)
    report(source, hours=range(2, 30))
    last_day = range(this_hour() - 24, this_hour())
    with clock_of(source, hours):
        run()
        DatabaseConfig.objects.update(port=1)
        with pytest.raises(SourceError):
            run()
        assert set(failed(last_day).tolist()) == covered() & set(last_day)
        DatabaseConfig.objects.update(port=source.server.port)
        run()
        assert failed(last_day).tolist() == []


# --- how a test says it ---------------------------------------------------------------------------


def hours_ago(hours: int) -> datetime:
    return from_hour(this_hour() - hours)


def this_hour() -> int:
    return to_hour(timezone.now())


def report(source: SourceDatabase, hours: range) -> None:
    """More reports in windows of so many hours ago."""
    for hour in hours:
        source.reports(1, hours_ago(hour), fn=1 + hour % 3, fp=hour % 2)


def run() -> PipelineRun:
    """What the hour asks for, in this process."""
    return execute(open_hourly_run(Trigger.COMMAND))


def run_at(ahead: int) -> None:
    """The same in a process whose clock is so many seconds ahead."""
    done = process_of(ahead, "run_pipeline")
    assert done.returncode == 0, done.stderr


def process_of(ahead: int, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.faults.at_another_time", str(ahead), *arguments]
    values = environment(changes.pop("REDIS_URL", "")) | changes
    return subprocess.run(
        command, cwd=ROOT, env=values, capture_output=True, text=True, check=False, timeout=60
    )


def good_runs() -> int:
    return PipelineRun.objects.filter(status="succeeded").count()


def covered() -> set[int]:
    return {to_hour(start) for start in Window.objects.values_list("window_start", flat=True)}


def nothing_is_read_too_early(ahead: int = 0) -> None:
    """Every window that was read was over, by a clock that is so many hours ahead."""
    there = timezone.now() + timedelta(hours=ahead) + CLOCK_TOLERANCE
    assert max(covered()) < to_hour(there)
