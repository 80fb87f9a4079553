"""The four steps, from the source to every table, against plain loops over the same rows."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from config.models import DatabaseConfig, IndustryBaseline, ScoringProfile
from jobs import owed
from jobs.clock import to_hour
from jobs.industry_moments import settle_moments
from jobs.ledger import Ledger
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger, Window
from jobs.pipeline import (
    COMPUTING,
    backfill_run,
    compute,
    compute_owed,
    execute,
    sync,
)
from jobs.source.inspection import inspect_source
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from tests.jobs.conftest import at
from tests.jobs.reference import check_everything
from tests.source import SourceDatabase

RESULTS = (SyncJob, SentimentScore, SegmentSentiment, OverallSentiment)


def backfill(
    start: datetime, end: datetime, reprocess: Reprocess = Reprocess.NONE, *customers: int
) -> PipelineRun:
    run = backfill_run(start, end, reprocess, customers)
    run.save()
    return execute(run)


def fill(source: SourceDatabase, hours: int, seed: int = 1) -> random.Random:
    """Eight customers of four industries (one without a baseline), reporting now and then."""
    chance = random.Random(seed)
    for customer, industry in enumerate(
        ["Banking", "Banking", " banking ", "Energy", "Energy", "Retail", None, "Odd"], start=1
    ):
        source.customer(customer, industry)
    for customer in range(1, 9):
        for hour in range(hours):
            if chance.random() < 0.15 * (1 + customer % 3):
                source.reports(customer, at(hour), chance.randrange(9), chance.randrange(9))
    for industry, baseline in (("BANKING", 0.55), ("Energy", 0.7), ("Retail", 0.3)):
        IndustryBaseline.objects.create(industry=industry, baseline_score=baseline)
    return chance


def use_profile(**rules: object) -> None:
    profile = ScoringProfile(**rules)
    settle_moments(profile)
    profile.save()
    profile.activate()


def rows_of(*models: Any) -> list[object]:
    """Every row of the tables as it stands."""
    return [sorted(model.objects.values_list(), key=str) for model in models]


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"max_age_hours": 20, "history_windows": 4},
        {"max_age_hours": 15, "trend_adjusted": True, "trend_weight": 0.4},
        {"base_method": "simple_ratio", "trend_adjusted": True, "max_age_hours": 9},
        {"history_windows": 3, "trend_adjusted": True, "industry_normalized": False},
        {"base_method": "pooled", "fn_weight": 0.3, "normalisation_method": "logit"},
    ],
)
def test_a_backfill_equals_plain_loops(source: SourceDatabase, rules: dict[str, object]) -> None:
    use_profile(**rules)
    fill(source, 60)
    run = backfill(at(-3), at(60))
    check_everything(source)
    assert run.status == RunStatus.SUCCEEDED
    assert (run.windows_planned, run.windows_done) == (63, 63)
    assert set(run.steps) == {"sync_customer_data", *COMPUTING}


def test_bases_are_drawn_towards_their_industry(source: SourceDatabase) -> None:
    fill(source, 60)
    backfill(at(0), at(60))
    use_profile(industry_shrinkage=True, base_method="pooled", trend_adjusted=True)
    assert set(ScoringProfile.active().industry_moments) == {"banking"}
    backfill(at(0), at(60), Reprocess.ALL)
    check_everything(source)
    shrunk = SentimentScore.objects.current().filter(calculation_method__contains="_shrunk")
    assert {name.strip().lower() for name in shrunk.values_list("industry", flat=True)} == {
        "banking"
    }


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_ranges_ends_in_the_same_rows(source: SourceDatabase, seed: int) -> None:
    use_profile(max_age_hours=24, history_windows=5, trend_adjusted=True)
    chance = fill(source, 50)
    chance.seed(seed)
    starts = list(range(0, 50, 10))
    chance.shuffle(starts)
    for start in starts:
        backfill(at(start), at(start + 10))
        check_everything(source)


def test_a_second_backfill_writes_nothing(source: SourceDatabase) -> None:
    fill(source, 40)
    backfill(at(0), at(40))
    before = rows_of(*RESULTS, Customer, Window)
    run = backfill(at(0), at(40))
    assert rows_of(*RESULTS, Customer, Window) == before
    assert (run.rows_written, run.windows_planned) == (0, 0)


def test_computing_everything_again_writes_no_results(source: SourceDatabase) -> None:
    fill(source, 40)
    backfill(at(0), at(40))
    before = rows_of(*RESULTS, Customer)
    run = backfill(at(0), at(40), Reprocess.ALL)
    assert rows_of(*RESULTS, Customer) == before
    assert run.rows_written == 0
    assert run.windows_done == 40
    check_everything(source)


def test_late_reports_become_revisions(source: SourceDatabase) -> None:
    use_profile(max_age_hours=12)
    fill(source, 40)
    backfill(at(0), at(40))
    old = SyncJob.objects.current().filter(fn_count__gt=0).order_by("window_start")[5]
    source.reports(old.customer.customer_id, old.window_start, fp=3)
    backfill(at(0), at(40), Reprocess.ALL)
    check_everything(source)
    old.refresh_from_db()
    new = SyncJob.objects.current().get(customer=old.customer, window_start=old.window_start)
    assert (new.fp_count, new.revision) == (old.fp_count + 3, 2)
    assert old.superseded_at == new.created_at
    revised = SentimentScore.objects.filter(revision=2)
    assert {row.customer_id for row in revised} == {old.customer_id}
    assert revised.filter(window_start=old.window_start).exists()
    for model in (SentimentScore, SegmentSentiment, OverallSentiment):
        for row in model.objects.exclude(superseded_at=None):
            later = model.objects.filter(
                window_start=row.window_start, created_at=row.superseded_at
            )
            assert later.filter(revision=row.revision + 1).exists()


def test_reports_that_disappear_end_the_score(source: SourceDatabase) -> None:
    use_profile(max_age_hours=30)
    fill(source, 30)
    backfill(at(0), at(30))
    gone = SyncJob.objects.current().order_by("-window_start")[0]
    source.sql(
        "DELETE FROM email_samples WHERE customer_id = %s AND date_trunc('hour', reported_at) = %s",
        gone.customer.customer_id,
        gone.window_start.replace(tzinfo=None),
    )
    backfill(at(0), at(30), Reprocess.ALL)
    check_everything(source)
    here = {"customer": gone.customer, "window_start": gone.window_start}
    assert not SentimentScore.objects.current().filter(**here).exists()
    assert SentimentScore.objects.filter(**here).exclude(superseded_at=None).count() == 1
    zero = SyncJob.objects.current().get(**here)
    assert (zero.fn_count, zero.fp_count, zero.revision) == (0, 0, 2)
    again = backfill(at(0), at(30), Reprocess.ALL)
    assert again.rows_written == 0
    source.reports(gone.customer.customer_id, gone.window_start, fn=1)
    backfill(at(0), at(30), Reprocess.ALL)
    check_everything(source)


def test_a_step_that_never_ran_is_made_up_for(source: SourceDatabase, ledger: Ledger) -> None:
    """The later steps run before the earlier one; marks bring everything right."""
    fill(source, 30)
    run = backfill_run(at(0), at(30), Reprocess.NONE)
    run.save()
    sync(run)
    compute(run, "analyze_segments")
    compute(run, "calculate_overall_metrics")
    assert Window.objects.complete().count() < 30
    compute_owed(ledger)
    check_everything(source)


@pytest.mark.parametrize("step", list(COMPUTING))
def test_a_step_that_dies_leaves_its_marks(
    source: SourceDatabase, ledger: Ledger, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    fill(source, 30)

    def die(*_: object) -> None:
        raise MemoryError("killed")

    with monkeypatch.context() as patch:
        patch.setitem(COMPUTING, step, die)
        with pytest.raises(MemoryError):
            backfill(at(0), at(30))
    failed = PipelineRun.objects.filter(status=RunStatus.FAILED).get()
    assert "MemoryError" in failed.error
    assert failed.steps[step]["status"] == "failed"
    assert Window.objects.owing().exists()
    backfill(at(0), at(30))
    check_everything(source)


def test_only_some_customers_in_covered_windows(source: SourceDatabase) -> None:
    fill(source, 20)
    backfill(at(0), at(15))
    source.reports(1, at(3), fn=2)
    source.reports(2, at(3), fn=2)
    source.reports(1, at(17), fn=2)
    backfill(at(0), at(20), Reprocess.NONE, 1)
    assert Window.objects.count() == 15
    changed = SyncJob.objects.filter(revision=2)
    assert {row.customer.customer_id for row in changed} <= {1}
    assert SyncJob.objects.current().filter(customer__customer_id=1, window_start=at(3)).exists()
    backfill(at(0), at(20), Reprocess.ALL)
    check_everything(source)


def test_a_new_profile_changes_nothing_until_everything_is_computed_again(
    source: SourceDatabase,
) -> None:
    fill(source, 30)
    backfill(at(0), at(30))
    before = rows_of(*RESULTS)
    use_profile(base_method="simple_ratio", industry_normalized=False)
    IndustryBaseline.objects.update(baseline_score=0.9)
    backfill(at(0), at(30))
    assert rows_of(*RESULTS) == before
    backfill(at(0), at(30), Reprocess.ALL)
    check_everything(source)
    assert SentimentScore.objects.filter(revision=2, profile__version=2).exists()


def test_an_interrupted_computation_of_everything_is_gone_on_with(
    source: SourceDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As its error says: with `failed`."""
    fill(source, 30)
    backfill(at(0), at(30))
    use_profile(base_method="simple_ratio", industry_normalized=False)

    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("jobs.pipeline.sync_windows", interrupt)
        with pytest.raises(KeyboardInterrupt):
            backfill(at(0), at(30), Reprocess.ALL)
    backfill(at(0), at(30), Reprocess.FAILED)
    check_everything(source)


def test_rows_of_an_older_profile_still_depend_on_counts_by_its_reach(
    source: SourceDatabase,
) -> None:
    """Under a shorter profile, a late report still revises all rows that rested on it."""
    use_profile(max_age_hours=30)
    fill(source, 30)
    backfill(at(0), at(30))
    use_profile(max_age_hours=2)
    first = SyncJob.objects.current().order_by("window_start")[0]
    source.reports(first.customer.customer_id, first.window_start, fp=50)
    backfill(first.window_start, first.window_start + timedelta(hours=1), Reprocess.ALL)
    later = SentimentScore.objects.current().filter(
        customer=first.customer, window_start__lt=at(30)
    )
    assert later.count() > 1
    assert {row.profile.version for row in later} == {3}


def test_a_customer_that_vanished_stands_no_more(source: SourceDatabase) -> None:
    fill(source, 20)
    backfill(at(0), at(20))
    source.sql("DELETE FROM customers WHERE customer_id = 1")
    since = at(10) + timedelta(minutes=20)
    backfill(at(0), at(20), Reprocess.ALL)
    assert Customer.objects.get(customer_id=1).inactive_since is not None
    Customer.objects.filter(customer_id=1).update(inactive_since=since)
    owed.mark_windows_since(since)
    execute(backfill_and_save(at(0), at(20)))
    check_everything(source)
    Customer.objects.filter(customer_id=2).update(inactive_since=since + timedelta(hours=5))
    source.customer(1)
    execute(PipelineRun.objects.create(trigger=Trigger.COMMAND, whole_day=True))
    assert not Customer.objects.exclude(inactive_since=None).exists()
    check_everything(source)


def backfill_and_save(start: datetime, end: datetime) -> PipelineRun:
    run = backfill_run(start, end, Reprocess.NONE)
    run.save()
    return run


def test_industry_spellings_are_one_industry(source: SourceDatabase) -> None:
    source.customer(1, "Health Care")
    source.customer(2, " HEALTH care")
    source.customer(3, "   ")
    source.customer(4, None)
    for customer in range(1, 5):
        source.reports(customer, at(0), fn=1)
    backfill(at(0), at(1))
    assert dict(Customer.objects.values_list("customer_id", "industry")) == {
        1: "Health Care",
        2: "Health Care",
        3: "Unknown",
        4: "Unknown",
    }
    assert set(SegmentSentiment.objects.values_list("industry", "total_customers")) == {
        ("Health Care", 2),
        ("Unknown", 2),
    }


def test_row_defects_never_stop_an_hour(source: SourceDatabase) -> None:
    source.customer(1)
    naive = at(0).replace(tzinfo=None)
    tomorrow = datetime.now() + timedelta(days=1)  # noqa: DTZ005 - as the source writes it
    source.raw_reports(
        [
            (1, "FN", "{}", naive),
            (1, "fp", "{}", naive),
            (1, "XX", "{}", naive),
            (1, None, "{}", naive),
            (None, "FN", "{}", naive),
            (77, "FN", "{}", naive),
            (78, "??", "{}", naive),
            (1, "FN", "{}", tomorrow),
            (1, "FN", "{}", None),
        ]
    )
    run = backfill(at(0), at(2))
    assert run.status == RunStatus.SUCCEEDED
    assert (run.rows_read, run.rows_rejected) == (1 + 3, 4)
    window = Window.objects.get(window_start=at(0))
    assert (window.reports, window.rejected) == (3, 4)
    placeholder = Customer.objects.get(customer_id=77)
    assert placeholder.is_placeholder
    assert not Customer.objects.filter(customer_id=78).exists()
    assert {warning["what"].split(" ")[1]: warning["count"] for warning in run.warnings} == {
        "from": 1,
        "without": 1,
        "that": 1,
        "rejected:": 4,
    }
    check_everything(source)
    source.customer(77, "Energy", company_name="Found again")
    backfill(at(0), at(2), Reprocess.ALL)
    placeholder.refresh_from_db()
    assert (placeholder.is_placeholder, placeholder.company_name) == (False, "Found again")


def test_an_empty_source_is_covered_and_says_so(source: SourceDatabase) -> None:
    run = backfill(at(0), at(5))
    assert Window.objects.complete().count() == 5
    assert OverallSentiment.objects.filter(total_customers=0, avg_sentiment_score=None).count() == 5
    assert not SegmentSentiment.objects.exists()
    assert any("no reports" in warning["what"] for warning in run.warnings)


def test_zones_of_the_source(source: SourceDatabase) -> None:
    """In New York the clock is five hours behind UTC in January, four in July."""
    DatabaseConfig.objects.update(source_timezone="America/New_York")
    source.customer(1)
    winter, summer = datetime(2026, 1, 10, 20, 30), datetime(2026, 7, 10, 20, 30)  # noqa: DTZ001
    source.raw_reports([(1, "FN", "{}", winter), (1, "FP", "{}", summer)])
    backfill(at(0), at(24 * 300))
    hours = sorted(to_hour(row.window_start) for row in SyncJob.objects.all())
    assert [(hour % 24) for hour in hours] == [1, 0]
    assert Customer.objects.get().source_created_at == datetime.fromisoformat(
        "2020-01-01T05:00:00Z"
    )


def test_a_column_with_a_zone_needs_no_setting(source: SourceDatabase) -> None:
    DatabaseConfig.objects.update(source_timezone="America/New_York")
    change = (
        "ALTER TABLE email_samples ALTER reported_at TYPE {} USING reported_at AT TIME ZONE 'UTC'"
    )
    source.sql(change.format("timestamptz"))
    try:
        source.customer(1)
        source.reports(1, at(3), fn=2)
        source.sql("UPDATE email_samples SET reported_at = %s", at(3))
        backfill(at(0), at(24))
        assert SyncJob.objects.get().window_start == at(3)
    finally:
        source.sql(change.format("timestamp"))


def test_a_late_report_revises_only_what_rests_on_it(source: SourceDatabase) -> None:
    """Also under a new baseline: rows that do not depend on it keep theirs."""
    IndustryBaseline.objects.create(industry="Banking", baseline_score=0.5)
    source.customer(1)
    for hour in range(30):
        source.reports(1, at(hour), fn=6, fp=4)
    backfill(at(0), at(30))
    IndustryBaseline.objects.update(baseline_score=0.9)
    source.reports(1, at(3), fp=5)
    source.reports(1, at(9), fp=5)
    reread(at(0), at(30))
    revised = SentimentScore.objects.current().filter(revision=2)
    assert sorted(row.window_start for row in revised) == [at(hour) for hour in range(3, 19)]


def test_a_late_report_reaches_one_window_further_with_the_trend(source: SourceDatabase) -> None:
    use_profile(history_windows=3, trend_adjusted=True)
    source.customer(1)
    for hour in range(12):
        source.reports(1, at(hour), fn=1 + hour, fp=4)
    backfill(at(0), at(12))
    source.reports(1, at(3), fp=50)
    reread(at(0), at(12))
    check_everything(source)
    revised = SentimentScore.objects.current().filter(revision=2)
    assert sorted(row.window_start for row in revised) == [at(3), at(4), at(5), at(6)]


def reread(start: datetime, end: datetime) -> None:
    """Read covered windows again, as the hourly run does, without computing everything."""
    PipelineRun.objects.create(
        trigger=Trigger.SCHEDULE,
        status=RunStatus.FAILED,
        whole_day=True,
        range_start=start,
        range_end=end,
        started_at=timezone.now() + timedelta(minutes=1),
    )
    backfill(start, end, Reprocess.FAILED)


@pytest.mark.parametrize("date", ["0044-03-15 BC", "infinity", "-infinity", "10000-01-01"])
def test_dates_that_no_calendar_of_ours_knows(source: SourceDatabase, date: str) -> None:
    source.customer(1)
    source.sql("UPDATE customers SET created_at = %s, updated_at = %s", date, date)
    source.raw_reports([(1, "FN", "{}", date)])
    source.reports(1, at(0), fn=2)
    run = backfill(at(0), at(1))
    assert Customer.objects.get().source_created_at is None
    assert sum(warning["count"] for warning in run.warnings) == 1
    assert (
        "reports from the future" in run.warnings[0]["what"]
        or "without a time" in (run.warnings[0]["what"])
    )
    findings = inspect_source(DatabaseConfig.active())
    assert any("2026-01-05" in finding.text for finding in findings)


def test_the_zone_of_a_column_is_that_of_its_table(source: SourceDatabase) -> None:
    DatabaseConfig.objects.update(source_timezone="America/New_York")
    source.sql("ALTER TABLE email_samples ADD created_at timestamptz")
    try:
        source.customer(1)
        backfill(at(0), at(1))
        created = Customer.objects.get().source_created_at
        assert created == datetime.fromisoformat("2020-01-01T05:00:00Z")
    finally:
        source.sql("ALTER TABLE email_samples DROP created_at")
