"""A backfill done by several workers, which know of each other only through the database.

Each member of the crew does what is there to be done and ends when nothing is left:

1. parts of the range are taken one by one and their counts read (the customers before them);
2. when all are read, members take owed scores, each what no other has locked;
3. when none is owed, windows that owe segments and totals, in the same way.

Who takes what is a hint: a member that dies leaves behind what another one finds.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from uuid import UUID, uuid4

from django.db.models import Sum
from django.utils import timezone

from config.models import DatabaseConfig
from jobs import bulk, owed
from jobs.clock import from_hour, to_hour
from jobs.ledger import Ledger, StepResult, add_warnings
from jobs.models import PipelineRun, RunPart, Work
from jobs.models.run import OPEN
from jobs.pipeline import STEPS, SYNC
from jobs.plan import SLICE_HOURS, hours_of, part_of_backfill, plan_backfill
from jobs.source.connection import open_source
from jobs.steps.aggregates import LONGEST_CHUNK, aggregate_chunk
from jobs.steps.changes import carry_changes
from jobs.steps.counts import Pace
from jobs.steps.scores import OWED_PER_CHUNK, score_chunk
from jobs.steps.sync import begin_sync, end_sync, sync_windows

SCORES, *AGGREGATES = STEPS[1:]
PARTS_PER_MEMBER = 4
DAY = 24
FEWEST_SCORES, FEWEST_WINDOWS = 2_000, 12
WAIT_SECONDS = 0.2
SQLITE_PAUSE_SECONDS = 0.15

Check = Callable[[], bool]


class _SteppedAside(Exception):  # noqa: N818 - nothing went wrong
    """Something more urgent waits for this worker."""


class _Ended(Exception):  # noqa: N818 - nothing went wrong
    """Somebody has ended the run."""


def join(run: PipelineRun, step_aside: Check) -> bool:
    """Take part in a backfill. True when it has ended, False when `step_aside` said, between two
    pieces of work, that something else is more urgent."""
    member = _Member(run, step_aside)
    try:
        if member.ledger.join():
            member.work()
    except _SteppedAside:
        return False
    except _Ended:
        pass
    return True


@dataclass
class _Member:
    run: PipelineRun
    step_aside: Check
    name: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.run)
        self._size = max(self.run.members, 1)

    @cached_property
    def _pace(self) -> Pace:
        return Pace.begin()

    def work(self) -> None:
        """Pass all phases, with the others."""
        _plan(self.ledger, self._size)
        hours = hours_of(self.run)
        hours = range(hours.start, max(min(hours.stop, to_hour(timezone.now())), hours.start))
        self._do_all(Work.CUSTOMERS, self._read_customers)
        self._do_all(Work.COUNTS, self._read_counts)
        reached = owed.reached_by(hours)
        self._share([SCORES], lambda: owed.scores_are_owed(reached), self._score)
        self._do_free(Work.CHANGES, self._carry_changes)
        standing = range(reached.start, reached.stop + owed.standing_hours())
        self._share(AGGREGATES, lambda: owed.aggregates_are_owed(standing), self._aggregate)
        self._do_all(Work.CHANGES, self._carry_changes)
        self.ledger.close()

    def _do_all(self, work: Work, do: Callable[[RunPart], None]) -> None:
        """Do parts until all of this kind are done, by whomever."""
        while self.run.parts.undone(work).exists():
            if not self._do_free(work, do):
                self._wait()

    def _do_free(self, work: Work, do: Callable[[RunPart], None]) -> bool:
        """Do the parts of a kind that nobody does; were there any?"""
        count = 0
        while part := self.run.parts.take(work, self.name):
            try:
                do(part)
            except Exception:
                with self.ledger.last_words():
                    self.run.parts.give_back(part, self.name)
                raise
            self._look_up()
            count += 1
        return count > 0

    def _share(self, steps: Sequence[str], is_owed: Check, work: Check) -> None:
        """Work until nothing is owed; what others have at hand is waited for."""
        while is_owed():
            begin = time.monotonic()
            if work():
                self.ledger.worked(steps, time.monotonic() - begin)
                self._look_up()
            else:
                self._wait()

    def _read_customers(self, part: RunPart) -> None:
        page = _PartLedger(self.run, part)
        with self.ledger.step(SYNC), open_source(DatabaseConfig.active()) as source:
            begin_sync(source, part_of_backfill(self.run, []), page)
        page.settle()

    def _read_counts(self, part: RunPart) -> None:
        page, hours = _PartLedger(self.run, part), hours_of(part)
        plan = part_of_backfill(self.run, [hours])
        with self.ledger.step(SYNC), open_source(DatabaseConfig.active()) as source:
            reports = sync_windows(source, plan, page, hours, self._pace)
        page.settle(len(hours), reports)

    def _score(self) -> bool:
        most = owed.owed_scores() // (PARTS_PER_MEMBER * self._size)
        most = min(max(most, FEWEST_SCORES), OWED_PER_CHUNK)
        return score_chunk(self.ledger, most)

    def _carry_changes(self, part: RunPart) -> None:
        page = _PartLedger(self.run, part)
        with self.ledger.step(SCORES):
            carry_changes()
        reports = self.run.parts.aggregate(reports=Sum("reports", default=0))["reports"]
        end_sync(self.run.windows_planned, page, reports)
        page.settle()

    def _aggregate(self) -> bool:
        most = self.run.windows_planned // (PARTS_PER_MEMBER * self._size)
        return aggregate_chunk(self.ledger, min(max(most, FEWEST_WINDOWS), LONGEST_CHUNK))

    def _look_up(self) -> None:
        """Between two pieces of work: is this one still wanted, and does anything come first?"""
        if not PipelineRun.objects.filter(pk=self.run.pk, status__in=OPEN).exists():
            raise _Ended
        if self.step_aside():
            raise _SteppedAside
        if bulk.is_sqlite() and self._size > 1:
            # Waiting writers of SQLite look again every 0.1 s: let one find the file free.
            time.sleep(SQLITE_PAUSE_SECONDS)

    def _wait(self) -> None:
        """Others are at what is left."""
        self._look_up()
        time.sleep(WAIT_SECONDS)


@dataclass
class _PartLedger(Ledger):
    """The page as one writes on it who does a part. What was read and what should be known is
    added when the part is done: once, however many have tried it."""

    part: RunPart

    def __post_init__(self) -> None:
        self._read = StepResult()
        self._warnings: Counter[str] = Counter()

    def progress(self, result: StepResult, windows: int = 0) -> None:
        """Count what was written; shows that somebody is at the part."""
        super().progress(StepResult(written=result.written), windows)
        self._read.read += result.read
        self._read.rejected += result.rejected
        self.run.parts.filter(pk=self.part.pk).update(progress_at=timezone.now())

    def warn(self, what: str, count: int) -> None:
        """Keep it until the part is done."""
        self._warnings[what] += count

    def settle(self, windows: int = 0, reports: int = 0) -> None:
        """The part is done."""
        with self.locked() as run:
            mine = run.parts.filter(pk=self.part.pk, done_at=None)
            if not mine.update(done_at=timezone.now(), reports=reports):
                return
            run.windows_done += windows
            run.rows_read += self._read.read
            run.rows_rejected += self._read.rejected
            add_warnings(run, +self._warnings)
        for what, count in (+self._warnings).items():
            self.say_warning(what, count)


def _plan(ledger: Ledger, members: int) -> None:
    """Split the backfill into parts, unless another member has."""
    with ledger.locked() as run:
        if run.ended or run.parts.exists():
            return
        plan = plan_backfill(run, timezone.now())
        run.windows_planned = plan.windows
        longest = min(max(plan.windows // (members * PARTS_PER_MEMBER), 1), SLICE_HOURS)
        counts = [
            RunPart(
                run=run,
                work=Work.COUNTS,
                range_start=from_hour(part.start),
                range_end=from_hour(part.stop),
            )
            for part in chain.from_iterable(_cut(one, longest) for one in plan.slices)
        ]
        others = [RunPart(run=run, work=work) for work in (Work.CUSTOMERS, Work.CHANGES)]
        RunPart.objects.bulk_create([*others, *counts])


def _cut(hours: range, longest: int) -> Iterator[range]:
    """Parts of a range, at midnights where they are longer than a day: who writes counts keeps
    their days, and neighbours who share one would wait for each other."""
    width = longest // DAY * DAY or longest
    for start in range(hours.start // width * width, hours.stop, width):
        yield range(max(start, hours.start), min(start + width, hours.stop))
