"""A backfill done by several workers together: in one process, and with real ones that die."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from uuid import uuid4

import django_rq
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.models import DatabaseConfig
from jobs import crew
from jobs.clock import from_hour, to_hour
from jobs.ledger import Ledger
from jobs.models import PipelineRun, Reprocess, RunPart, RunStatus, Window, Work
from jobs.models.part import TAKE_OVER_AFTER
from jobs.pipeline import STEPS, backfill_run, execute
from jobs.plan import hours_of
from jobs.queue import BACKFILL_QUEUE, HOURLY_QUEUE, enqueue_run
from jobs.requests import stop
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from tests.jobs.conftest import at
from tests.jobs.reference import check_everything
from tests.jobs.test_pipeline import fill, use_profile
from tests.jobs.test_queue import add_run, between, fetch, wait_for, work
from tests.processes import kill_family, process
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]

HOURS = 100
CUSTOMERS = 80
RESULTS = (SyncJob, SentimentScore, SegmentSentiment, OverallSentiment)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process nobody else waits for the file."""
    monkeypatch.setattr(crew, "SQLITE_PAUSE_SECONDS", 0)


def never() -> bool:
    return False


def crew_run(hours: int, members: int = 2, reprocess: Reprocess = Reprocess.NONE) -> PipelineRun:
    run = backfill_run(at(0), at(hours), reprocess)
    run.members = members
    run.save()
    return run


def busy(source: SourceDatabase) -> None:
    """Customers enough, with reports in every window, that workers take a while."""
    source.sql(
        "INSERT INTO customers (customer_id, company_name, industry, created_at, updated_at) "
        "SELECT i, 'Company ' || i, 'Industry ' || i %% 5, '2020-01-01', '2020-01-01' "
        "FROM generate_series(1, %s) AS i",
        CUSTOMERS,
    )
    source.sql(
        "INSERT INTO email_samples (customer_id, sample_type, email_data, reported_at) "
        "SELECT c, CASE WHEN (c * h + n) %% 3 = 0 THEN 'FP' ELSE 'FN' END, '{}', "
        "  %s + h * interval '1 hour' + n * interval '1 minute' "
        "FROM generate_series(1, %s) AS c, generate_series(0, %s) AS h, generate_series(0, 1) AS n",
        at(0).replace(tzinfo=None),
        CUSTOMERS,
        HOURS - 1,
    )


def nothing_was_revised() -> bool:
    """Nobody computed a result before everything that it rests on was there."""
    return not any(model.objects.filter(revision__gt=1).exists() for model in RESULTS)


def ended_well(run: PipelineRun) -> Callable[[], bool]:
    return lambda: PipelineRun.objects.filter(pk=run.pk, status=RunStatus.SUCCEEDED).exists()


def test_one_member_alone_does_everything(source: SourceDatabase) -> None:
    fill(source, 60)
    run = crew_run(60)
    assert crew.join(run, never)
    check_everything(source)
    assert nothing_was_revised()
    run.refresh_from_db()
    assert (run.status, run.windows_planned, run.windows_done) == (RunStatus.SUCCEEDED, 60, 60)
    assert {run.steps[step]["status"] for step in STEPS} == {"succeeded"}
    assert not RunPart.objects.exists()


def test_the_ledger_says_the_same_as_of_a_run_in_one_process(source: SourceDatabase) -> None:
    fill(source, 40)
    source.raw_reports([(None, "FN", "{}", at(3).replace(tzinfo=None))])
    source.reports(99, at(4), fn=2)
    run = crew_run(40)
    crew.join(run, never)
    counts = ("rows_read", "rows_written", "rows_rejected", "windows_done")

    def said(run: PipelineRun) -> tuple[dict[str, int], list[dict[str, object]]]:
        page = PipelineRun.objects.get(pk=run.pk)
        return {name: getattr(page, name) for name in counts}, sorted(page.warnings, key=str)

    together = said(run)
    Customer.objects.update(current_score=None)
    for model in (SentimentScore, SyncJob, SegmentSentiment, OverallSentiment, Window, Customer):
        model.objects.all().delete()
    alone = backfill_run(at(0), at(40), Reprocess.NONE)
    alone.save()
    execute(alone)
    assert together == said(alone)
    assert [line["count"] for line in together[1]] == [1, 1]


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_members_find_the_present_phase(source: SourceDatabase, pieces: int) -> None:
    """Each steps aside after a few pieces of work, wherever that is; another one goes on."""
    fill(source, 60)
    run = crew_run(60)
    joined, done = 0, False
    while not done:
        left = cycle([False] * (pieces - 1) + [True])
        done = crew.join(PipelineRun.objects.get(pk=run.pk), partial(next, left))
        joined += 1
    assert joined > 2
    check_everything(source)
    assert nothing_was_revised()
    run.refresh_from_db()
    assert (run.status, run.windows_done) == (RunStatus.SUCCEEDED, 60)


def test_who_comes_after_the_end_changes_nothing(source: SourceDatabase) -> None:
    fill(source, 10)
    run = crew_run(10)
    crew.join(run, never)
    before = PipelineRun.objects.values().get(pk=run.pk) | {"progress_at": None}
    assert crew.join(PipelineRun.objects.get(pk=run.pk), never)
    assert PipelineRun.objects.values().get(pk=run.pk) | {"progress_at": None} == before


@pytest.mark.parametrize("pieces", [0, 2, 4])
def test_a_stopped_one_leaves_what_another_goes_on_with(
    source: SourceDatabase, pieces: int
) -> None:
    """Whoever works on it ends after the piece at hand; what is left is found by `failed`."""
    fill(source, 60)
    olga = User.objects.create_superuser("olga")
    run = crew_run(60, reprocess=Reprocess.ALL)
    left = iter(range(pieces))

    def stopped_meanwhile() -> bool:
        if next(left, None) is None:
            assert stop(olga, PipelineRun.objects.get(pk=run.pk))
        return False

    assert crew.join(run, stopped_meanwhile), "nobody takes its place"
    run.refresh_from_db()
    assert run.status == RunStatus.INTERRUPTED
    assert run.error == "stopped by olga; the same command with --reprocess failed goes on"
    assert run.finished_at is not None
    assert not stop(olga, run), "it has ended already"
    assert LogEntry.objects.get().change_message == "stopped"
    assert not SentimentScore.objects.exists()
    crew.join(crew_run(60, reprocess=Reprocess.FAILED), never)
    check_everything(source)


def test_computing_everything_again_writes_no_results(source: SourceDatabase) -> None:
    fill(source, 40)
    crew.join(crew_run(40), never)
    again = crew_run(40, reprocess=Reprocess.ALL)
    crew.join(again, never)
    again.refresh_from_db()
    assert (again.rows_written, again.windows_done) == (0, 40)
    check_everything(source)


def test_late_reports_become_revisions(source: SourceDatabase) -> None:
    use_profile(max_age_hours=12, trend_adjusted=True)
    fill(source, 40)
    crew.join(crew_run(40), never)
    for hour in (3, 17, 18, 33):
        source.reports(2, at(hour), fp=2)
    crew.join(crew_run(40, reprocess=Reprocess.ALL), never)
    check_everything(source)
    assert SentimentScore.objects.filter(revision=2).exists()


def test_a_part_is_taken_over_from_who_shows_no_progress(db: None) -> None:
    run = crew_run(4)
    RunPart.objects.create(run=run, work=Work.CUSTOMERS)
    first, second = uuid4(), uuid4()
    taken = run.parts.take(Work.CUSTOMERS, first)
    assert taken is not None
    assert run.parts.take(Work.CUSTOMERS, second) is None
    long_ago = timezone.now() - TAKE_OVER_AFTER - timedelta(seconds=1)
    RunPart.objects.update(progress_at=long_ago)
    assert run.parts.take(Work.CUSTOMERS, second) == taken
    assert RunPart.objects.get().taken_by == second
    RunPart.objects.update(progress_at=long_ago, done_at=timezone.now())
    assert run.parts.take(Work.CUSTOMERS, first) is None


def test_a_part_that_nobody_has_comes_before_one_that_may_be_waited_for(db: None) -> None:
    """A slow source gives no sign of life for longer."""
    run = crew_run(96)
    crew._plan(Ledger(run), members=1)
    first, second, *_ = run.parts.filter(work=Work.COUNTS).order_by("range_start")
    assert run.parts.take(Work.COUNTS, uuid4()) == first
    long_ago = timezone.now() - 2 * TAKE_OVER_AFTER
    RunPart.objects.filter(pk=first.pk).update(progress_at=long_ago)
    assert run.parts.take(Work.COUNTS, uuid4()) == second


def test_an_end_beyond_all_calendars_is_no_matter(source: SourceDatabase) -> None:
    fill(source, 10)
    run = crew_run(10)
    run.range_end = datetime(9999, 12, 31, tzinfo=UTC)
    run.range_start = from_hour(to_hour(timezone.now()) - 30)
    run.save()
    assert crew.join(run, never)
    run.refresh_from_db()
    assert (run.status, run.windows_done) == (RunStatus.SUCCEEDED, 30)


def test_no_two_parts_share_a_day() -> None:
    """Writers of one day wait for each other."""
    run = backfill_run(at(16), at(16 + 240), Reprocess.NONE)
    run.save()
    crew._plan(Ledger(run), members=2)
    parts = [hours_of(part) for part in run.parts.filter(work=Work.COUNTS).order_by("range_start")]
    assert [hour for part in parts for hour in part] == list(hours_of(run))
    days = [{hour // 24 for hour in part} for part in parts]
    assert len(set().union(*days)) == sum(map(len, days))


@pytest.mark.parametrize("hours", [1, 5, 30])
def test_short_ranges_are_split_as_well(hours: int) -> None:
    run = crew_run(hours)
    crew._plan(Ledger(run), members=2)
    parts = [hours_of(part) for part in run.parts.filter(work=Work.COUNTS).order_by("range_start")]
    assert [hour for part in parts for hour in part] == list(hours_of(run))
    assert len(parts) >= min(hours, 8)


def test_statements_do_not_grow_with_customers(source: SourceDatabase) -> None:
    def statements(customers: int) -> int:
        Customer.objects.update(current_score=None)
        for model in (*reversed(RESULTS), Window, Customer):
            model.objects.all().delete()
        source.clear()
        for customer in range(1, customers + 1):
            source.customer(customer)
            for hour in range(6):
                source.reports(customer, at(hour), fn=1 + hour % 3, fp=customer % 3)
        run = crew_run(6, members=1)
        with CaptureQueriesContext(connection) as captured:
            crew.join(run, never)
        return len(captured)

    statements(4)
    assert statements(16) == statements(4)


def test_an_enqueued_backfill_has_two_members_at_least(
    source: SourceDatabase, redis_url: str
) -> None:
    fill(source, 20)
    run = add_run(20)
    jobs = fetch(enqueue_run(run))
    assert [job.func_name for job in jobs] == ["jobs.tasks.join_backfill"] * 2
    assert [len(fetch(enqueue_run(add_run(hours)))) for hours in (1, 2)] == [1, 2]
    work()
    run.refresh_from_db()
    assert run.status == RunStatus.SUCCEEDED
    check_everything(source)


def test_a_member_that_fails_is_made_up_for(source: SourceDatabase, redis_url: str) -> None:
    fill(source, 20)
    run = add_run(20)
    port = source.server.port
    DatabaseConfig.objects.update(port=1)
    first, second = fetch(enqueue_run(run))
    first.retries_left = 0
    first.save()
    django_rq.get_queue(BACKFILL_QUEUE).remove(second)
    work()
    run.refresh_from_db()
    assert (run.status, run.members) == (RunStatus.RUNNING, 1)
    assert "127.0.0.1:1" in run.error
    assert Ledger(run).join()
    run.refresh_from_db()
    assert run.error == "", "it is at work again"
    DatabaseConfig.objects.update(port=port)
    django_rq.get_queue(BACKFILL_QUEUE).enqueue_job(second)
    work()
    run.refresh_from_db()
    assert (run.status, run.error) == (RunStatus.SUCCEEDED, "")
    check_everything(source)


def test_the_last_member_to_fail_ends_the_run(source: SourceDatabase, redis_url: str) -> None:
    run = add_run(20)
    DatabaseConfig.objects.update(port=1)
    for job in fetch(enqueue_run(run)):
        job.retries_left = 0
        job.save()
    work()
    run.refresh_from_db()
    assert (run.status, run.members) == (RunStatus.FAILED, 0)
    assert "check host and port" in run.error
    assert run.finished_at is not None
    assert run.parts.exists(), "they tell how far it came"
    assert not run.parts.exclude(done_at=None).exists()


def test_an_hourly_run_goes_first(source: SourceDatabase, redis_url: str) -> None:
    """A worker that is at a long backfill turns to an hourly run, then back."""
    fill(source, 20)
    run = add_run(20)
    enqueue_run(run)
    hourly = django_rq.get_queue(HOURLY_QUEUE)
    waiting = hourly.enqueue("jobs.tasks.enqueue_hourly_run")
    hourly.remove(waiting)
    member = fetch(django_rq.get_queue(BACKFILL_QUEUE).job_ids)[0]
    hourly.push_job_id(waiting.id)
    assert member.func(str(run.run_id)) is None
    run.refresh_from_db()
    assert run.status == RunStatus.RUNNING
    assert len(django_rq.get_queue(BACKFILL_QUEUE).job_ids) == 3
    work()
    finished = PipelineRun.objects.order_by("finished_at")
    assert [one.trigger for one in finished] == ["schedule", "backfill"]
    assert {one.status for one in finished} == {"succeeded"}


def test_two_workers_end_in_the_same_rows(source: SourceDatabase, redis_url: str) -> None:
    busy(source)
    run = add_run(HOURS)
    enqueue_run(run)
    with (
        process(redis_url, "rqworker", "high", "default"),
        process(redis_url, "rqworker", "high", "default"),
    ):
        wait_for(ended_well(run), 120)
    check_everything(source)
    assert nothing_was_revised()
    run.refresh_from_db()
    assert run.windows_done == HOURS
    assert run.rows_read == CUSTOMERS + 2 * CUSTOMERS * HOURS
    assert run.rows_written == CUSTOMERS + sum(model.objects.count() for model in RESULTS)


PHASES: dict[str, Callable[[], bool]] = {
    "sync": lambda: SyncJob.objects.exists(),
    "scores": lambda: SentimentScore.objects.exists(),
    "aggregates": lambda: OverallSentiment.objects.exists(),
}


@pytest.mark.parametrize("phase", PHASES)
def test_the_other_worker_does_what_a_killed_one_left(
    source: SourceDatabase, redis_url: str, phase: str
) -> None:
    """kill -9 of one of two workers and of its horse, in each phase."""
    busy(source)
    run = add_run(HOURS)
    enqueue_run(run)
    with (
        process(redis_url, "rqworker", "high", "default") as killed,
        process(redis_url, "rqworker", "high", "default"),
    ):
        wait_for(PHASES[phase], 120, every=0.01)
        assert not ended_well(run)()
        kill_family(killed)
        long_ago = timezone.now() - TAKE_OVER_AFTER - timedelta(seconds=1)
        RunPart.objects.filter(done_at=None).exclude(taken_by=None).update(progress_at=long_ago)
        wait_for(ended_well(run), 120)
    check_everything(source)
    assert nothing_was_revised()
    run.refresh_from_db()
    assert run.windows_done == HOURS
    assert run.rows_read == CUSTOMERS + 2 * CUSTOMERS * HOURS


def test_an_hourly_run_beside_backfills(source: SourceDatabase, redis_url: str) -> None:
    """Late reports everywhere; an hourly run, a crew of two and the backfill of a customer read
    them at the same time."""
    now = timezone.now()
    for customer in range(1, 21):
        source.customer(customer, f"Industry {customer % 3}")
        for hour in range(2, 60, 2):
            source.reports(customer, now - timedelta(hours=hour), fn=customer % 5, fp=1 + hour % 4)
    with process(redis_url, "run_pipeline") as first:
        assert first.wait(60) == 0
    for customer in range(1, 21):
        for hour in range(2, 60, 3):
            source.reports(customer, now - timedelta(hours=hour), fn=1)
    span = [
        *("--start", f"{now - timedelta(hours=60):%Y-%m-%dT%H:00}"),
        *("--end", f"{now - timedelta(hours=1):%Y-%m-%dT%H:00}"),
    ]
    with (
        process(redis_url, "rqworker", "high", "default"),
        process(redis_url, "rqworker", "high", "default"),
        process(redis_url, "backfill", *span, "--reprocess", "all", "--enqueue") as asking,
        process(redis_url, "run_pipeline") as hourly,
        process(redis_url, "backfill", *span, "--customer", "3", "--customer", "4") as one,
    ):
        assert [asking.wait(60), hourly.wait(60), one.wait(60)] == [0, 0, 0]
        wait_for(lambda: not PipelineRun.objects.exclude(status="succeeded").exists(), 60)
    check_everything(source)


def test_neighbouring_backfills_at_once(source: SourceDatabase, redis_url: str) -> None:
    """What one of them inserts rests on what the other one does, and neither sees it yet."""
    busy(source)
    ranges = [(0, 40), (40, 70), (30, 60), (60, HOURS)]
    commands = [("backfill", *between(*one), "--reprocess", "all") for one in ranges]
    with (
        process(redis_url, *commands[0]) as a,
        process(redis_url, *commands[1]) as b,
        process(redis_url, *commands[2]) as c,
        process(redis_url, *commands[3]) as d,
    ):
        assert [one.wait(120) for one in (a, b, c, d)] == [0, 0, 0, 0]
    check_everything(source)
