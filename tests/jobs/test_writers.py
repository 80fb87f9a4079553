"""Writers at the same time: none waits for another in turn, and the end is the same."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from jobs import owed
from jobs.ledger import Ledger
from jobs.models import OwedScore, Trigger, Window
from jobs.pipeline import open_hourly_run
from jobs.row_keys import row_key
from jobs.steps.aggregates import analyze_segments
from jobs.steps.changes import carry_changes
from jobs.steps.customers import _mark_vanished
from jobs.steps.scores import calculate_sentiment_scores
from jobs.steps.standing import SharedScores
from sentiment_api.models import Customer, SegmentSentiment, SentimentScore, SyncJob
from sentiment_api.models.revision import EpochHour
from tests import factories
from tests.demo.waiting import wait_for
from tests.factories import hour
from tests.jobs.reference import check_carried_changes

ROUNDS = 30
CUSTOMERS = 80


def recount(chance: random.Random) -> None:
    """Other counts for some customers."""
    with transaction.atomic():
        some = chance.sample(range(CUSTOMERS), CUSTOMERS // 3)
        rows = SyncJob.objects.filter(customer__customer_id__in=some).order_by("pk")
        keys = [row.pk for row in rows.select_for_update(of=("self",))]
        SyncJob.objects.filter(pk__in=keys).update(
            fn_count=chance.randrange(30), fp_count=chance.randrange(1, 30)
        )
        of_rows = SyncJob.objects.filter(pk__in=keys).annotate(hour=EpochHour("window_start"))
        owed.mark_scores(row_key(*np.array(of_rows.values_list("customer_id", "hour")).T))


def vanish(chance: random.Random) -> None:
    """Half of the customers are not in the source, and then they are again."""
    there = np.array(chance.sample(range(CUSTOMERS), CUSTOMERS // 2))
    _mark_vanished(there, timezone.now(), Ledger(open_hourly_run(Trigger.COMMAND)))
    with transaction.atomic():
        gone = Customer.objects.exclude(inactive_since=None).order_by("pk")
        keys = [row.pk for row in gone.select_for_update(no_key=True)]
        Customer.objects.filter(pk__in=keys).update(inactive_since=None)


def score(_: random.Random) -> None:
    """Step 2 of a run."""
    calculate_sentiment_scores(Ledger(open_hourly_run(Trigger.COMMAND)), SharedScores())


@pytest.mark.django_db(transaction=True)
def test_a_mark_that_is_set_while_it_is_cleared_stays() -> None:
    """Whoever clears it has not seen what it is set for."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    key = np.array([7 * 2**24 + 1])
    owed.mark_scores(key)

    def set_again() -> None:
        owed.mark_scores(key)
        connection.close()

    setter = threading.Thread(target=set_again)
    with transaction.atomic():
        taken = OwedScore.objects.select_for_update(skip_locked=True).get()
        setter.start()
        assert wait_for(lambda: waiting_for_locks() == 1)
        taken.delete()
    setter.join()
    assert OwedScore.objects.count() == 1


@contextmanager
def elsewhere(work: Callable[[], object]) -> Iterator[None]:
    """A transaction of another session has done this, and ends when somebody waits for it."""
    done = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            work()
            done.set()
            wait_for(lambda: waiting_for_locks() == 1, 10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert done.wait(10)
    yield
    holder.join()


@pytest.mark.django_db(transaction=True)
def test_windows_that_another_run_has_at_hand_are_waited_for(first_profile: None) -> None:
    """The totals of a window are computed elsewhere while its segments are owed here; whoever
    computes totals need not look for segments any more."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    for number in range(3):
        factories.WindowFactory.create(window_start=hour(number), segments_owed=True)
        factories.SentimentScoreFactory.create(window_start=hour(number), carried=True)

    def compute_totals() -> None:
        list(Window.objects.order_by("window_start").select_for_update())
        Window.objects.update(totals_owed=False)

    with elsewhere(compute_totals):
        ledger = Ledger(open_hourly_run(Trigger.COMMAND))
        while analyze_segments(ledger, SharedScores()):
            pass
    assert SegmentSentiment.objects.values("window_start").distinct().count() == 3
    assert not Window.objects.filter(segments_owed=True).exists()


@pytest.mark.django_db(transaction=True)
def test_scores_that_another_run_has_at_hand_are_waited_for(first_profile: None) -> None:
    """And computed, where the other one does not come to it."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    factories.WindowFactory.create(window_start=hour(0))
    factories.SyncJobFactory.create(window_start=hour(0), owed=True)
    with elsewhere(lambda: list(OwedScore.objects.select_for_update())):
        ledger = Ledger(open_hourly_run(Trigger.COMMAND))
        while calculate_sentiment_scores(ledger, SharedScores()):
            pass
    assert SentimentScore.objects.count() == 1
    assert not OwedScore.objects.exists()


def waiting_for_locks() -> int:
    """How many sessions of this database wait for another one. A transaction would be told again
    what it was told first, so that is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_overlapping_runs_lock_customers_in_one_order(first_profile: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer")
    for number in range(40):
        factories.WindowFactory.create(window_start=hour(number))
    # The source numbers customers in another order than we do.
    for customer_id in random.Random(1).sample(range(CUSTOMERS), CUSTOMERS):
        customer = factories.CustomerFactory.create(customer_id=customer_id)
        for number in (1, 20, 39):
            factories.SyncJobFactory.create(customer=customer, window_start=hour(number), owed=True)
    errors: list[DatabaseError] = []

    def repeat(work: Callable[[random.Random], None], seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(ROUNDS):
                work(chance)
        except DatabaseError as error:
            errors.append(error)
        finally:
            connection.close()

    writers: list[Callable[[random.Random], None]] = [
        recount,
        vanish,
        score,
        lambda _: carry_changes(),
    ]
    threads = [
        threading.Thread(target=repeat, args=[work, seed]) for seed, work in enumerate(writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    score(random.Random())
    carry_changes()
    check_carried_changes()
