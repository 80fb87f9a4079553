"""The four steps, in their order, and a run of them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import Error as DatabaseError
from django.utils import timezone

from config.allowed_hosts import HostNotAllowedError
from config.logs import RUN_ID, carrying
from config.models import DatabaseConfig
from config.models.database import NoActiveConnectionError
from config.secrets import SecretUnreadableError
from jobs.advice import told
from jobs.ledger import Ledger, StepResult
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger
from jobs.plan import Plan, is_first_of_day, plan_run
from jobs.source.connection import SourceError, open_source
from jobs.steps.aggregates import analyze_segments, calculate_overall_metrics
from jobs.steps.changes import carry_changes
from jobs.steps.counts import Pace
from jobs.steps.scores import calculate_sentiment_scores
from jobs.steps.standing import SharedScores
from jobs.steps.sync import begin_sync, end_sync, sync_windows

SYNC, SCORES = "sync_customer_data", "calculate_sentiment_scores"
COMPUTING: dict[str, Callable[[Ledger, SharedScores], bool]] = {
    SCORES: calculate_sentiment_scores,
    "analyze_segments": analyze_segments,
    "calculate_overall_metrics": calculate_overall_metrics,
}
"""Each does one chunk, in a transaction of its own, and says whether there is more."""
STEPS = (SYNC, *COMPUTING)

Progress = Callable[[int], None]
"""Called with the number of windows that have just passed all four steps."""

KNOWN_ERRORS = (
    SourceError,
    HostNotAllowedError,
    NoActiveConnectionError,
    SecretUnreadableError,
)
"""Errors whose message is one clear line."""


def open_hourly_run(trigger: Trigger) -> PipelineRun:
    """A new page in the ledger for a run of what the hour asks for."""
    return PipelineRun.objects.create(trigger=trigger, whole_day=is_first_of_day(timezone.now()))


def backfill_run(
    start: datetime, end: datetime, reprocess: Reprocess, customer_ids: Sequence[int] = ()
) -> PipelineRun:
    """A backfill of a range of full hours, not yet in the ledger."""
    return PipelineRun(
        trigger=Trigger.BACKFILL,
        range_start=start,
        range_end=end,
        reprocess=reprocess,
        customer_ids=list(customer_ids),
    )


def execute(run: PipelineRun, progress: Progress = lambda _: None) -> PipelineRun:
    """Pass all four steps now, in this process, slice by slice.

    Raises what went wrong after it is in the ledger; see KNOWN_ERRORS.
    """
    with recorded(run) as ledger:
        plan = _planned(ledger)
        with open_source(DatabaseConfig.active()) as source:
            with ledger.step(SYNC):
                begin_sync(source, plan, ledger)
            reports, pace = 0, Pace.begin()
            for part in plan.slices:
                with ledger.step(SYNC):
                    reports += sync_windows(source, plan, ledger, part, pace)
                _compute_rows(ledger)
                ledger.progress(StepResult(), windows=len(part))
                progress(len(part))
            end_sync(plan.windows, ledger, reports)
        if plan.slices:
            _carry_changes(ledger)
        else:
            compute_owed(ledger)
        ledger.finish(RunStatus.SUCCEEDED)
    return run


def sync(run: PipelineRun) -> None:
    """The first step alone, for the whole plan of a run."""
    ledger = Ledger(run)
    plan = _planned(ledger)
    with ledger.step(SYNC), open_source(DatabaseConfig.active()) as source:
        begin_sync(source, plan, ledger)
        reports, pace = 0, Pace.begin()
        for part in plan.slices:
            reports += sync_windows(source, plan, ledger, part, pace)
            ledger.progress(StepResult(), windows=len(part))
        end_sync(plan.windows, ledger, reports)


def compute(run: PipelineRun, name: str) -> None:
    """One of the other steps alone: all that is owed."""
    ledger = Ledger(run)
    shared = SharedScores()
    with ledger.step(name):
        while COMPUTING[name](ledger, shared):
            pass
        if name == SCORES:
            carry_changes()


def compute_owed(ledger: Ledger) -> None:
    """The three steps after the first: all rows that are owed, then what customers carry."""
    _compute_rows(ledger)
    _carry_changes(ledger)


def _carry_changes(ledger: Ledger) -> None:
    with ledger.step(SCORES):
        carry_changes()


def _compute_rows(ledger: Ledger) -> None:
    shared = SharedScores()
    with ledger.step(SCORES):
        while COMPUTING[SCORES](ledger, shared):
            pass
    # In turn, so that both find the scores of a chunk where one of them has read them.
    left = [name for name in COMPUTING if name != SCORES]
    while left:
        left = [name for name in left if _do_chunk(name, ledger, shared)]


def _do_chunk(name: str, ledger: Ledger, shared: SharedScores) -> bool:
    with ledger.step(name):
        return COMPUTING[name](ledger, shared)


@contextmanager
def recorded(run: PipelineRun) -> Iterator[Ledger]:
    """Open a run's page; whatever ends the run early is written there."""
    ledger = Ledger(run)
    with carrying(RUN_ID, str(run.run_id)):
        ledger.start()
        try:
            yield ledger
        except KeyboardInterrupt:
            with ledger.last_words():
                ledger.finish(RunStatus.INTERRUPTED, f"interrupted; {run.how_to_go_on}")
            raise
        except Exception as error:
            with ledger.last_words():
                ledger.finish(RunStatus.FAILED, one_line(error, run.how_to_go_on))
            raise


def one_line(error: BaseException, how_to_go_on: str = "") -> str:
    """What went wrong, for the ledger and for people; and, where that may pass by itself, what goes
    on with the run."""
    if isinstance(error, KNOWN_ERRORS):
        return str(error)
    if isinstance(error, DatabaseError):
        return told(error, how_to_go_on)
    return f"unexpected {type(error).__name__}: {error}".splitlines()[0]


def _planned(ledger: Ledger) -> Plan:
    plan = plan_run(ledger.run, timezone.now())
    ledger.plan(plan.windows, plan.bounds)
    return plan
