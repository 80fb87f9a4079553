"""What commands say of a run."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from jobs.models import PipelineRun
from jobs.pipeline import KNOWN_ERRORS, one_line


@contextmanager
def spoken_errors(command: BaseCommand, run: PipelineRun) -> Iterator[None]:
    """Errors that people can mend become one line and exit status 1; Ctrl-C becomes 130."""
    logging.getLogger("jobs.ledger").setLevel(logging.CRITICAL)
    try:
        yield
    except KeyboardInterrupt:
        print_summary(command, run)
        raise SystemExit(130) from None
    except (*KNOWN_ERRORS, DatabaseError) as error:
        raise CommandError(one_line(error)) from error


def print_summary(command: BaseCommand, run: PipelineRun) -> None:
    """How a run ended, in a few lines."""
    run.refresh_from_db()
    out = command.stdout
    seconds = run.duration.total_seconds() if run.duration else 0.0
    out.write(
        f"Run {run.run_id} {run.state}: {run.windows_done} of {run.windows_planned} windows in "
        f"{seconds:.1f} s; {run.rows_read:,} rows read, {run.rows_written:,} written, "
        f"{run.rows_rejected:,} rejected."
    )
    for warning in run.warnings:
        out.write(f"  warning: {warning['what']}: {warning['count']:,}")
    if run.error:
        out.write(f"  error: {run.error}")
