"""Writing the ledger: what a run does, while it does it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

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
    behind how far it came."""

    run: PipelineRun
    _warned: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """The run is at work (again)."""
        now = timezone.now()
        self.run.status = RunStatus.RUNNING
        self.run.started_at = self.run.started_at or now
        self.run.finished_at = None
        self._store("status", "started_at", "finished_at")

    def plan(self, windows: int, bounds: tuple[datetime, datetime] | None) -> None:
        """What the run is going to read. A backfill keeps the range it was asked for."""
        if bounds and self.run.trigger != Trigger.BACKFILL:
            self.run.range_start, self.run.range_end = bounds
        self.run.windows_planned, self.run.windows_done = windows, 0
        self.run.rows_read = self.run.rows_rejected = 0
        self._store(
            "range_start",
            "range_end",
            "windows_planned",
            "windows_done",
            "rows_read",
            "rows_rejected",
        )

    def finish(self, status: RunStatus, error: str = "") -> None:
        """The run ended."""
        self.run.status, self.run.error = status, error
        self.run.finished_at = timezone.now()
        self._store("status", "error", "finished_at")
        log = logger.error if error else logger.info
        log("run %s %s%s", self.run.run_id, status, f": {error}" if error else "")

    def note_error(self, error: str) -> None:
        """Something failed and will be tried again."""
        self.run.error = error
        self._store("error")
        logger.warning("run %s: %s; trying again", self.run.run_id, error)

    def progress(self, result: StepResult, windows: int = 0) -> None:
        """Count what was done; shows that the run is alive."""
        self.run.rows_read += result.read
        self.run.rows_written += result.written
        self.run.rows_rejected += result.rejected
        self.run.windows_done += windows
        self._store("rows_read", "rows_written", "rows_rejected", "windows_done")

    def warn(self, what: str, count: int) -> None:
        """Something that did not stop the run but should be known; equal texts are added up."""
        if not count:
            return
        self._warned[what] = self._warned.get(what, 0) + count
        others = [line for line in self.run.warnings if line["what"] not in self._warned]
        mine = [{"what": text, "count": total} for text, total in self._warned.items()]
        self.run.warnings = others + mine
        self._store("warnings")
        logger.warning("run %s: %s: %d", self.run.run_id, what, count)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Keep the times and the outcome of one step."""
        entry: dict[str, Any] = self.run.steps.setdefault(name, {"seconds": 0.0})
        begin = timezone.now()
        entry.setdefault("started_at", begin.isoformat())
        entry["status"] = RunStatus.RUNNING
        self._store("steps")
        try:
            yield
            entry["status"] = RunStatus.SUCCEEDED
        except BaseException:
            entry["status"] = RunStatus.FAILED
            raise
        finally:
            end = timezone.now()
            entry["finished_at"] = end.isoformat()
            entry["seconds"] = round(entry["seconds"] + (end - begin).total_seconds(), 3)
            self._store("steps")

    def _store(self, *fields: str) -> None:
        self.run.progress_at = timezone.now()
        self.run.save(update_fields=[*fields, "progress_at"])
