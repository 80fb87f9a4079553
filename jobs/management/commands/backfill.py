"""`manage.py backfill`"""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone
from redis.exceptions import RedisError
from tqdm import tqdm

from config.outage import in_words
from jobs.clock import from_hour, show_hour, slices, to_hour
from jobs.management.arguments import ArgumentError, full_hour
from jobs.management.spoken import SpokenCommand
from jobs.models import PipelineRun, Reprocess, RunStatus, Trigger
from jobs.pipeline import Progress, backfill_run, execute
from jobs.plan import Plan, hours_of, plan_backfill, uncovered
from jobs.queue import BACKFILL_QUEUE
from jobs.requests import WaitingAlreadyError, enqueue, need_redis, refuse_same_backfill
from jobs.words import count
from sentiment_api.models import Customer


class Command(SpokenCommand):
    """Read a range of windows and compute what rests on them."""

    help = (
        "Read a range of windows from the source and compute what rests on them. Times are "
        "ISO 8601, UTC, on the hour; the end is not included."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--start", required=True, metavar="TIME", help="2026-05-01T00:00")
        parser.add_argument("--end", required=True, metavar="TIME", help="2026-06-01T00:00")
        parser.add_argument(
            "--customer",
            type=int,
            action="append",
            default=[],
            metavar="ID",
            help="read and compute this customer again, in windows that are covered; repeatable",
        )
        parser.add_argument(
            "--reprocess",
            choices=Reprocess.values,
            default=Reprocess.NONE,
            help="none: windows not covered yet; failed: also those whose last run failed; all: "
            "read and compute everything again",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument("--enqueue", action="store_true", help="let the RQ workers do it")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            run = _asked_for(options)
        except ArgumentError as error:
            if not options["dry_run"]:
                PipelineRun.objects.create(
                    trigger=Trigger.BACKFILL, status=RunStatus.FAILED, error=str(error)
                )
            raise CommandError(str(error)) from error
        now = timezone.now()
        self._say_what_is_left_out(run, now)
        if options["dry_run"]:
            self._say_plan(run, now)
            return
        if options["enqueue"]:
            self._enqueue(run)
            return
        run.save()
        self.run = run
        with self._progress(run, now) as progress:
            execute(run, progress)
        self.summarise(run)

    def _say_what_is_left_out(self, run: PipelineRun, now: datetime) -> None:
        first_open = to_hour(now)
        if run.range_end and to_hour(run.range_end) > first_open:
            self.stdout.write(
                f"Windows from {show_hour(first_open)} on are not over yet; "
                "the hourly run reads them when they are."
            )
        asked = hours_of(run)
        if run.customer_ids and len(uncovered(range(asked.start, min(asked.stop, first_open)))):
            self.stdout.write("Windows that are not covered are left out: --customer covers none.")

    def _say_plan(self, run: PipelineRun, now: datetime) -> None:
        plan = plan_backfill(run, now)
        self.stdout.write(f"Would read {count(plan.windows, 'window')}; nothing is written.")
        hours = chain.from_iterable(plan.slices)
        for part in slices(hours, longest=max(plan.windows, 1)):
            self.stdout.write(f"  {show_hour(part.start)} to {show_hour(part.stop)}")

    def _enqueue(self, run: PipelineRun) -> None:
        try:
            need_redis()
            refuse_same_backfill(run)
        except WaitingAlreadyError as error:
            raise CommandError(
                f"{error}: run {error.run.run_id}; nothing more was asked for"
            ) from error
        except RedisError as error:
            raise CommandError(
                f"Redis: {in_words(error)}; nothing was asked for; check REDIS_URL"
            ) from error
        run.save()
        enqueue(run)
        self.stdout.write(f"Run {run.run_id} is in the queue {BACKFILL_QUEUE!r}.")

    @contextmanager
    def _progress(self, run: PipelineRun, now: datetime) -> Iterator[Progress]:
        """A bar on a terminal, a line for each slice elsewhere."""
        plan = plan_backfill(run, now)
        if not self.stdout.isatty():
            yield self._lines(plan)
            return
        with tqdm(total=plan.windows, unit="window", file=self.stdout, dynamic_ncols=True) as bar:

            def advance(windows: int) -> None:
                bar.update(windows)

            yield advance

    def _lines(self, plan: Plan) -> Progress:
        done, all_of_them = 0, count(plan.windows, "window")
        begin = timezone.now()

        def say(windows: int) -> None:
            nonlocal done
            done += windows
            speed = done / max((timezone.now() - begin).total_seconds(), 1e-9)
            left = (plan.windows - done) / speed
            self.stdout.write(f"{done} of {all_of_them}, {speed:.0f} windows/s, {left:.0f} s left")

        return say


def _asked_for(options: dict[str, Any]) -> PipelineRun:
    """The run that the arguments describe, not saved; ArgumentError where they do not fit."""
    start = full_hour("--start", options["start"])
    end = full_hour("--end", options["end"])
    if start >= end:
        raise ArgumentError(
            f"--start {start:%Y-%m-%dT%H:%M} is not before --end {end:%Y-%m-%dT%H:%M}"
        )
    if start < from_hour(0):
        raise ArgumentError(f"--start {start:%Y-%m-%dT%H:%M}: windows begin with 1970")
    customers = options["customer"]
    possible = [customer for customer in customers if abs(customer) < 2**63]
    known = Customer.objects.filter(customer_id__in=possible).values_list("customer_id", flat=True)
    unknown = sorted(set(customers) - set(known))
    if unknown:
        raise ArgumentError(
            f"--customer {', '.join(map(str, unknown))}: no such customer is known here; "
            "leave the option out to read everyone"
        )
    return backfill_run(start, end, Reprocess(options["reprocess"]), customers)
