"""Writing the ledger: what a run does, while it does it."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import Error, connection, transaction
from django.db.models import F
from django.utils import timezone

from jobs.advice import told
from jobs.models import PipelineRun, RunStatus, Trigger

logger = logging.getLogger(__name__)


@dataclass
class StepResult:
    """What one step did: rows of the source read, rows written and rejected here."""

    read: int = 0
    written: int = 0
    rejected: int = 0


@dataclass
class Ledger:
    """The open page of one run. Each change is stored at once, so that a run that dies leaves
    behind how far it came; several may write on one page."""

    run: PipelineRun

    def start(self) -> None:
        """The run is at work (again)."""
        now = timezone.now()
        self.run.status, self.run.error = RunStatus.RUNNING, ""
        self.run.started_at = self.run.started_at or now
        self.run.finished_at = None
        self._store("status", "error", "started_at", "finished_at")

    def join(self) -> bool:
        """Somebody more is at work on the run; False when it has ended already."""
        with self.locked() as run:
            if run.ended:
                return False
            run.status, run.error = RunStatus.RUNNING, ""
            run.started_at = run.started_at or timezone.now()
        return True

    def plan(self, windows: int, bounds: tuple[datetime, datetime] | None) -> None:
        """What the run is going to read. A backfill keeps the range it was asked for."""
        if bounds and self.run.trigger != Trigger.BACKFILL:
            self.run.range_start, self.run.range_end = bounds
        self.run.windows_planned, self.run.windows_done = windows, 0
        self.run.rows_read = self.run.rows_rejected = 0
        self.run.warnings = []
        self._store(
            "range_start",
            "range_end",
            "windows_planned",
            "windows_done",
            "rows_read",
            "rows_rejected",
            "warnings",
        )

    def finish(self, status: RunStatus, error: str = "") -> None:
        """The run ended."""
        self.run.status, self.run.error = status, error
        self.run.finished_at = timezone.now()
        self._store("status", "error", "finished_at")
        self._say_end()

    def close(self) -> None:
        """The run ended well, if nobody has said so before: all that was owed is done."""
        with self.locked() as run:
            first = not run.ended
            if first:
                run.status, run.error = RunStatus.SUCCEEDED, ""
                run.finished_at = timezone.now()
                for entry in run.steps.values():
                    entry["status"] = RunStatus.SUCCEEDED
                run.parts.all().delete()
        if first:
            self._say_end()

    def give_up(self, error: str) -> None:
        """One of those at work failed for good. The run goes on while others are left. Its parts
        stay: they tell how far it came."""
        with self.locked() as run:
            run.members -= 1
            last = run.members <= 0 and not run.ended
            if not run.ended:
                run.error = error
            if last:
                run.status, run.finished_at = RunStatus.FAILED, timezone.now()
        if last:
            self._say_end()

    def stop(self, who: str) -> bool:
        """Somebody ends the run; False when it has ended already. Those at work on it stop after
        the piece of work that they have at hand. Its parts stay: they tell how far it came."""
        with self.locked() as run:
            first = not run.ended
            if first:
                run.error = f"stopped by {who}; {run.how_to_go_on}"
                run.status, run.finished_at = RunStatus.INTERRUPTED, timezone.now()
        if first:
            self._say_end()
        return first

    def note_error(self, error: str) -> None:
        """Something failed and will be tried again, as the error says."""
        with self.locked() as run:
            if not run.ended:
                run.error = error
        logger.warning("run %s: %s", self.run.run_id, error)

    def worked(self, names: Sequence[str], seconds: float) -> None:
        """So much more work was done on steps, which others may be at as well. Of steps that are
        done together the first has the time."""
        with self.locked() as run:
            for name in names:
                _note(run, name, RunStatus.RUNNING, seconds if name == names[0] else 0.0)

    def progress(self, result: StepResult, windows: int = 0) -> None:
        """Count what was done; shows that the run is alive."""
        counted = {
            "rows_read": result.read,
            "rows_written": result.written,
            "rows_rejected": result.rejected,
            "windows_done": windows,
        }
        self.run.progress_at = timezone.now()
        PipelineRun.objects.filter(pk=self.run.pk).update(
            progress_at=self.run.progress_at,
            **{name: F(name) + amount for name, amount in counted.items()},
        )
        for name, amount in counted.items():
            setattr(self.run, name, getattr(self.run, name) + amount)

    def warn(self, what: str, count: int) -> None:
        """Something that did not stop the run but should be known; equal texts are added up."""
        if not count:
            return
        with self.locked() as run:
            add_warnings(run, {what: count})
        self.say_warning(what, count)

    def say_warning(self, what: str, count: int) -> None:
        """Tell the log."""
        logger.warning("run %s: %s: %d", self.run.run_id, what, count)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Keep the times and the outcome of one step."""
        self._note_step(name, RunStatus.RUNNING)
        begin = monotonic()
        try:
            yield
        except BaseException:
            with self.last_words():
                self._note_step(name, RunStatus.FAILED, monotonic() - begin)
            raise
        self._note_step(name, RunStatus.SUCCEEDED, monotonic() - begin)

    @contextmanager
    def last_words(self) -> Iterator[None]:
        """To write how something ended, where that is possible: what ended it may be that the
        local database is away, and counts more. A run without an end is shown as lost."""
        if not connection.in_atomic_block:
            # A line that was cut is opened again.
            connection.close_if_unusable_or_obsolete()
        try:
            yield
        except Error as error:
            logger.error(
                "run %s: the ledger could not be written: %s", self.run.run_id, told(error)
            )

    def step_failed(self, name: str) -> None:
        """The process that was at a step is gone; nobody knows since when."""
        self._note_step(name, RunStatus.FAILED)

    def _note_step(self, name: str, status: RunStatus, seconds: float | None = None) -> None:
        with self.locked() as run:
            _note(run, name, status, seconds)

    @contextmanager
    def locked(self) -> Iterator[PipelineRun]:
        """The page as it stands, while nobody else writes on it; what is changed is stored."""
        with transaction.atomic():
            run = PipelineRun.objects.select_for_update().get(pk=self.run.pk)
            yield run
            run.progress_at = timezone.now()
            run.save()
        for field in run._meta.concrete_fields:
            setattr(self.run, field.attname, getattr(run, field.attname))

    def _store(self, *fields: str) -> None:
        self.run.progress_at = timezone.now()
        self.run.save(update_fields=[*fields, "progress_at"])

    def _say_end(self) -> None:
        run = self.run
        log = logger.error if run.error else logger.info
        log("run %s %s%s", run.run_id, run.status, f": {run.error}" if run.error else "")


def _note(run: PipelineRun, name: str, status: RunStatus, seconds: float | None) -> None:
    now = timezone.now().isoformat()
    entry = run.steps.setdefault(name, {"seconds": 0.0})
    entry.setdefault("started_at", now)
    entry["status"] = status
    if seconds is not None:
        entry["finished_at"] = now
        entry["seconds"] = round(entry["seconds"] + seconds, 3)


def add_warnings(run: PipelineRun, more: Mapping[str, int]) -> None:
    """Add to what should be known of a run; equal texts are added up."""
    lines = Counter({line["what"]: line["count"] for line in run.warnings})
    lines.update(more)
    run.warnings = [{"what": what, "count": count} for what, count in lines.items()]
