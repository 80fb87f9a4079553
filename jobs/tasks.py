"""What RQ calls. Thin: the work is in `jobs.pipeline`."""

import logging
from collections.abc import Callable
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db import Error as DatabaseError
from rq import get_current_job
from rq.job import Job

from config import logs
from jobs import crew, pipeline, queue
from jobs.advice import NEXT_RUN, told
from jobs.ledger import Ledger
from jobs.models import PipelineRun, RunStatus, Trigger

logger = logging.getLogger(__name__)


def enqueue_hourly_run() -> None:
    """The tick of the schedule: puts one run into the queue, unless one is waiting there."""
    logs.RUN_ID.set("")
    try:
        if queue.hourly_run_is_waiting():
            logger.info("a scheduled run is waiting in the queue already")
            return
        queue.enqueue_run(pipeline.open_hourly_run(Trigger.SCHEDULE))
    except DatabaseError as error:
        if not queue.let_the_tick_come_again():
            raise
        logger.error("no run was put into the queue, another job tries again: %s", told(error))
    else:
        queue.forget_failed_tick()


def sync_customer_data(run_id: str) -> None:
    """Step 1 of a run."""
    _run_step(run_id, pipeline.SYNC, pipeline.sync)


def calculate_sentiment_scores(run_id: str) -> None:
    """Step 2 of a run."""
    _compute(run_id, "calculate_sentiment_scores")


def analyze_segments(run_id: str) -> None:
    """Step 3 of a run."""
    _compute(run_id, "analyze_segments")


def calculate_overall_metrics(run_id: str) -> None:
    """Step 4 of a run, and its end."""
    _compute(run_id, "calculate_overall_metrics")


def join_backfill(run_id: str) -> None:
    """Take part in a backfill, until it is done or the worker is wanted elsewhere: then another
    member takes this one's place."""
    logs.RUN_ID.set(run_id)
    run = PipelineRun.objects.get(pk=UUID(run_id))
    try:
        done = crew.join(run, queue.worker_is_wanted)
        if not done:
            queue.enqueue_member(run.run_id)
    except Exception as error:
        said = pipeline.one_line(error, run.how_to_go_on)
        _note_failure(run, "", said, get_current_job())
        raise


def note_gone(job: Job, how: str) -> None:
    """Keep in the ledger that the process of a job is gone. Called by the worker, which has no
    connections of its own: the processes of its next jobs would inherit them."""
    step = (job.func_name or "").rpartition(".")[2]
    if step not in (*pipeline.STEPS, join_backfill.__name__):
        return
    try:
        run = PipelineRun.objects.filter(pk=UUID(job.args[0])).first()
        if run is not None and not run.ended:
            if step in pipeline.STEPS:
                Ledger(run).step_failed(step)
            _note_failure(run, step, f"{step}: {how}", job)
    except DatabaseError as error:
        logger.warning("run %s: %s: %s (not in the ledger: %s)", job.args[0], step, how, error)
    finally:
        connections.close_all()


def _compute(run_id: str, step: str) -> None:
    _run_step(run_id, step, lambda run: pipeline.compute(run, step))


def _run_step(run_id: str, step: str, work: Callable[[PipelineRun], None]) -> None:
    """Do one step and keep the ledger: retries are noted, the last failure ends the run."""
    # It stays: what RQ itself says of a failure carries it too. The next job sets its own.
    logs.RUN_ID.set(run_id)
    # Nothing is read yet, as that may fail, too.
    run = PipelineRun.from_db(DEFAULT_DB_ALIAS, ["run_id"], [UUID(run_id)])
    ledger = Ledger(run)
    try:
        run.refresh_from_db()
        if run.ended:
            logger.warning("run %s has ended, so %s does nothing", run_id, step)
            return
        ledger.start()
        work(run)
    except Exception as error:
        _note_failure(run, step, pipeline.one_line(error, NEXT_RUN), get_current_job())
        raise
    if step == pipeline.STEPS[-1]:
        ledger.finish(RunStatus.SUCCEEDED)


def _note_failure(run: PipelineRun, step: str, error: str, job: Job | None) -> None:
    """A job of a run failed. It is tried again, or it was the last time: then the run has failed,
    unless it has other members."""
    ledger = Ledger(run)
    again = job and queue.next_try(job)
    with ledger.last_words():
        if again:
            ledger.note_error(f"{error}; {again}")
        elif step in pipeline.STEPS:
            ledger.finish(RunStatus.FAILED, error)
        else:
            ledger.give_up(error)
    if step in pipeline.STEPS and not again:
        queue.drop_followers(run.run_id, step)
