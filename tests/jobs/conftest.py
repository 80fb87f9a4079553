"""A time and a ledger for tests of the pipeline."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.ledger import Ledger
from jobs.models import PipelineRun, Trigger

FIRST = datetime(2026, 1, 5, tzinfo=UTC)


def at(hours: int) -> datetime:
    """The start of the n-th window of the tests."""
    return FIRST + timedelta(hours=hours)


@pytest.fixture
def ledger(db: None) -> Ledger:
    """An open page."""
    ledger = Ledger(PipelineRun.objects.create(trigger=Trigger.COMMAND))
    ledger.start()
    return ledger
