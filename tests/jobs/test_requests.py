"""Runs that people ask for, and what keeps them from asking twice."""

import django_rq
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from jobs import crew, queue
from jobs.models import PipelineRun, Reprocess, RunStatus
from jobs.models.run import LOST_AFTER
from jobs.requests import WaitingAlreadyError, ask_for_range
from jobs.retention import Limits, PruneRefusedError, refuse_while_at_work
from tests.jobs.conftest import at
from tests.jobs.reference import check_everything
from tests.jobs.test_queue import read_only, work
from tests.source import SourceDatabase

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("first_profile")]


def ask() -> PipelineRun:
    return ask_for_range(User.objects.get(), at(0), at(4), Reprocess.ALL)


def test_a_backfill_that_is_to_be_tried_again_is_not_asked_for_twice(
    source: SourceDatabase, redis_url: str
) -> None:
    """Its members could not even write that they began: by the ledger it is queued."""
    User.objects.create_superuser("olga")
    source.customer(1)
    source.reports(1, at(1), fn=2, fp=1)
    run = ask()
    with read_only():
        work()
    later = django_rq.get_queue(queue.BACKFILL_QUEUE).scheduled_job_registry.get_job_ids()
    assert len(later) == run.members
    assert PipelineRun.objects.get().state == RunStatus.QUEUED
    # Behind a long one it may wait for longer than it takes to look lost.
    PipelineRun.objects.update(progress_at=timezone.now() - 2 * LOST_AFTER)
    with pytest.raises(WaitingAlreadyError) as refused:
        ask()
    assert refused.value.run == run
    with pytest.raises(PruneRefusedError, match="a backfill is under way"):
        refuse_while_at_work(Limits())
    for own in later:
        django_rq.get_queue(queue.BACKFILL_QUEUE).scheduled_job_registry.remove(own)
    assert not queue.is_waiting(run), "nobody will do it any more"
    ask()
    work()
    check_everything(source)


def test_a_backfill_that_has_just_been_taken_still_waits(
    source: SourceDatabase, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the queue and the first word in the ledger."""
    User.objects.create_superuser("olga")
    run = ask()
    default = django_rq.get_queue(queue.BACKFILL_QUEUE)
    for own in default.job_ids[1:]:
        default.remove(own)
    found = []

    def join(run: PipelineRun, _: object) -> bool:
        found.append((default.job_ids, queue.is_waiting(run)))
        return True

    monkeypatch.setattr(crew, "join", join)
    work()
    assert found == [([], True)]
    assert not queue.is_waiting(run)
