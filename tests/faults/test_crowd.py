"""A crowd: many runs of all kinds at once over the same windows, while reports and customers come
and go. `make crowd` lets many of them happen; CROWDS and SEED name how many and the first seed."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from jobs.models import Reprocess
from jobs.pipeline import backfill_run, execute
from tests.faults.crowd import CUSTOMERS, HOURS
from tests.jobs.conftest import at
from tests.jobs.reference import check_results
from tests.jobs.test_pipeline import use_profile
from tests.processes import ROOT, environment
from tests.source import SourceDatabase

SEED = int(os.environ.get("CROWD_SEED") or 1)
CROWDS = int(os.environ.get("CROWDS") or 1)
PROCESSES, RUNS = 4, 5
LONGEST_SECONDS = 120
INDUSTRIES = 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
@pytest.mark.parametrize("seed", range(SEED, SEED + CROWDS))
def test_everything_fits_together_after_a_crowd(source: SourceDatabase, seed: int) -> None:
    """Whoever computed something saw everything that it rests on, and nothing is left owed."""
    chance = random.Random(seed)
    if seed % 2:
        use_profile(trend_adjusted=True, history_windows=5, max_age_hours=30)
    for customer in range(1, CUSTOMERS + 1):
        arrive(source, customer)
    report(source, chance, 600)
    # All customers are known before any of them leaves.
    first = backfill_run(at(0), at(chance.choice([1, 50, 100])), Reprocess.NONE)
    first.save()
    execute(first)
    with ExitStack() as crowd:
        members = [crowd.enter_context(member(seed * PROCESSES + n)) for n in range(PROCESSES)]
        end = time.monotonic() + LONGEST_SECONDS
        while any(one.poll() is None for one in members) and time.monotonic() < end:
            change(source, chance)
            time.sleep(0.02)
        assert [one.poll() for one in members] == [0] * PROCESSES
    check_results()


@contextmanager
def member(seed: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does runs of its own."""
    command = [sys.executable, "-m", "tests.faults.crowd", str(seed), str(RUNS)]
    started = subprocess.Popen(command, env=environment(""), cwd=ROOT)
    try:
        yield started
    finally:
        started.kill()
        started.wait(30)


def change(source: SourceDatabase, chance: random.Random) -> None:
    """Late reports; some are deleted, and a customer leaves or comes back."""
    report(source, chance, 15)
    if chance.random() < 0.3:
        source.sql(
            "DELETE FROM email_samples WHERE id IN "
            "(SELECT id FROM email_samples ORDER BY random() LIMIT 5)"
        )
    if chance.random() < 0.1:
        customer = chance.randrange(1, CUSTOMERS + 1)
        if not source.sql("DELETE FROM customers WHERE customer_id = %s RETURNING 1", customer):
            arrive(source, customer)


def arrive(source: SourceDatabase, customer: int) -> None:
    source.customer(customer, f"Industry {customer % INDUSTRIES}")


def report(source: SourceDatabase, chance: random.Random, times: int) -> None:
    for _ in range(times):
        customer, hour = chance.randrange(1, CUSTOMERS + 1), chance.randrange(HOURS)
        source.reports(customer, at(hour), chance.randrange(4), chance.randrange(4))
