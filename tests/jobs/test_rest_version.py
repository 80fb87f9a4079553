"""What the pipeline changes is a new version of the data; what it leaves is not."""

import pytest
from rest_framework.test import APIClient

from jobs.ledger import Ledger
from jobs.models import Reprocess
from jobs.pipeline import COMPUTING, backfill_run, sync
from jobs.steps.standing import SharedScores
from sentiment_api.version import current_version
from tests.clients import guest, not_throttled
from tests.jobs.conftest import at
from tests.jobs.test_pipeline import backfill, fill
from tests.source import SourceDatabase

__all__ = ["guest", "not_throttled"]

PATHS = ("/api/customers/", "/api/sentiment/", "/api/sentiment/segment_analysis/")


def test_a_run_that_changes_answers_raises_it(source: SourceDatabase, guest: APIClient) -> None:
    fill(source, 12)
    tags = {path: guest.get(path)["ETag"] for path in PATHS}
    backfill(at(0), at(12))
    before = current_version()
    for path, tag in tags.items():
        answer = guest.get(path, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        assert answer.json()["count"]
    source.reports(1, at(3), 5, 5)
    backfill(at(0), at(12), Reprocess.ALL)
    assert current_version() > before


def test_each_step_that_writes_raises_it(source: SourceDatabase) -> None:
    fill(source, 12)
    backfill(at(0), at(12))
    source.reports(1, at(3), 5, 5)
    run = backfill_run(at(0), at(12), Reprocess.ALL)
    run.save()
    seen = [current_version()]
    sync(run)
    seen.append(current_version())
    for step in COMPUTING.values():
        step(Ledger(run), SharedScores())
        seen.append(current_version())
    assert seen == sorted(set(seen))


def test_a_run_that_finds_nothing_to_do_leaves_it(source: SourceDatabase) -> None:
    fill(source, 12)
    backfill(at(0), at(12))
    before = current_version()
    backfill(at(0), at(12))
    assert current_version() == before


@pytest.mark.parametrize("name", ["Renamed", "Company 1"])
def test_a_customer_that_changes_raises_it(source: SourceDatabase, name: str) -> None:
    source.customer(1, company_name="Company 1")
    backfill(at(0), at(1))
    before = current_version()
    source.sql("UPDATE customers SET company_name = %s", name)
    backfill(at(0), at(1))
    assert (current_version() > before) == (name == "Renamed")
