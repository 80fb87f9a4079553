"""Commands that say in one line what went wrong."""

import logging
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error
from redis.exceptions import RedisError

from config.outage import in_words
from jobs import words
from jobs.models import PipelineRun
from jobs.pipeline import KNOWN_ERRORS, one_line


def _log_to_standard_error() -> None:
    """What a command says is on standard output, for people and pipes: its log goes beside."""
    for handler in logging.root.handlers:
        if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stdout:
            handler.setStream(sys.stderr)


class SpokenCommand(BaseCommand):
    """Errors that people can mend become one line and exit status 1; Ctrl-C becomes 130."""

    requires_system_checks: list[str] = []
    """They need every page of the site. Workers make them when they start, and `doctor` does."""
    run: PipelineRun | None = None

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; whatever it raises is told in words."""
        logging.getLogger("jobs.ledger").setLevel(logging.CRITICAL)
        _log_to_standard_error()
        try:
            return super().execute(*args, **options)
        except KeyboardInterrupt:
            if self.run is not None:
                self.summarise(self.run)
            raise SystemExit(130) from None
        except (*KNOWN_ERRORS, Error) as error:
            how_to_go_on = self.run.how_to_go_on if self.run else ""
            raise CommandError(one_line(error, how_to_go_on)) from error
        except RedisError as error:
            raise CommandError(f"Redis: {in_words(error)}; check REDIS_URL") from error

    def summarise(self, run: PipelineRun) -> None:
        """How a run ended, in a few lines."""
        run.refresh_from_db()
        seconds = run.duration.total_seconds() if run.duration else 0.0
        if run.windows_planned:
            planned = words.count(run.windows_planned, "window")
            done = f"{run.windows_done} of {planned} in {seconds:.1f} s; "
        else:
            done = "no window to read; "
        self.stdout.write(
            f"Run {run.run_id} {run.state}: {done}{words.count(run.rows_read, 'row')} read, "
            f"{run.rows_written:,} written, {run.rows_rejected:,} rejected."
        )
        for warning in run.warnings:
            self.stdout.write(f"  warning: {warning['what']}: {warning['count']:,}")
        if run.error:
            self.stdout.write(f"  error: {run.error}")
