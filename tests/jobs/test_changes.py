"""What customers carry of their changes, from the source to the row."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time

from jobs.ledger import Ledger
from jobs.models import Reprocess, Trigger, Window
from jobs.pipeline import compute_owed, execute, open_hourly_run
from jobs.steps.changes import carry_changes
from sentiment_api import version
from sentiment_api.models import ComparedSpan, Customer, SyncJob
from tests import factories
from tests.factories import hour
from tests.jobs.conftest import at
from tests.jobs.reference import check_carried_changes, check_everything
from tests.jobs.test_pipeline import backfill, fill, use_profile
from tests.source import SourceDatabase

CARRIED = (
    "customer_id",
    "recent_fn",
    "recent_fp",
    "before_fn",
    "before_fp",
    "dispersion",
    "change",
    "change_low",
    "change_high",
)


def carried() -> list[tuple[object, ...]]:
    """What all customers carry, and over which span."""
    return [
        *Customer.objects.order_by("pk").values_list(*CARRIED),
        *ComparedSpan.objects.values_list("before_start", "recent_start", "recent_end", "slope"),
    ]


def test_a_fall_and_silence(source: SourceDatabase) -> None:
    for customer in (1, 2, 3):
        source.customer(customer)
    for number in range(100):
        source.reports(1, at(number), *((8, 2) if number < 76 else (2, 8)))
    source.reports(2, at(10), 5, 5)
    backfill(at(0), at(100))
    check_everything(source)
    fell, quiet, silent = Customer.objects.order_by("customer_id")
    assert fell.change == pytest.approx(-0.6)
    assert fell.change_high is not None
    assert -0.6 < fell.change_high < -0.4
    assert (fell.recent_fn, fell.recent_fp, fell.before_fn, fell.before_fp) == (48, 192, 608, 152)
    assert (quiet.recent_fn, quiet.before_fn, quiet.change) == (0, 5, None)
    assert (silent.before_fn, silent.dispersion, silent.change) == (0, 1, None)


def test_hour_by_hour_equals_all_at_once(source: SourceDatabase) -> None:
    """With late reports, which change what was carried before."""
    use_profile(max_age_hours=40)
    fill(source, 60)
    with freeze_time(at(30)):
        execute(open_hourly_run(Trigger.SCHEDULE))
        check_everything(source)
    for number in (31, 33, 40, 60):
        source.reports(1, at(number - 8), fn=3, fp=7)
        before = carried()
        with freeze_time(at(number)):
            execute(open_hourly_run(Trigger.SCHEDULE))
        check_everything(source)
        assert carried() != before
    hourly = carried()
    Customer.objects.update(change=0.5, recent_fn=7, dispersion=3)
    backfill(at(59), at(60), Reprocess.ALL)
    assert carried() == hourly


def test_an_earlier_range_makes_what_is_compared_longer(source: SourceDatabase) -> None:
    fill(source, 60)
    backfill(at(30), at(60))
    later = carried()
    backfill(at(0), at(30))
    check_everything(source)
    assert carried() != later


def test_a_new_profile_is_followed_by_the_next_run(source: SourceDatabase) -> None:
    fill(source, 60)
    backfill(at(0), at(60))
    before = dict(Customer.objects.exclude(change=None).values_list("pk", "change"))
    use_profile(max_age_hours=48, fn_weight=1.0, fp_weight=0.5)
    backfill(at(0), at(60))
    check_carried_changes()
    after = dict(Customer.objects.exclude(change=None).values_list("pk", "change"))
    assert ComparedSpan.current().slope == -0.5
    assert after
    assert after != before


def test_an_earlier_window_moves_nothing(source: SourceDatabase) -> None:
    """Only the newest windows count, however far back a backfill goes."""
    use_profile(max_age_hours=48)
    fill(source, 60)
    backfill(at(12), at(60))
    before, number = carried(), version.current_version()
    carry_anew()
    assert (carried(), version.current_version()) == (before, number + 1)
    backfill(at(0), at(12))
    assert carried() == before


def count(customer: Customer, *numbers: int) -> None:
    """Reports in these windows."""
    for number in numbers:
        factories.SyncJobFactory.create(customer=customer, window_start=hour(number))


def cover(windows: int) -> None:
    """So many windows from the first."""
    for number in range(windows):
        factories.WindowFactory.create(window_start=hour(number))


def carry_anew() -> None:
    """As after a run that changed something."""
    with transaction.atomic():
        version.bump()
    carry_changes()


@pytest.mark.django_db
def test_nothing_is_counted_while_no_data_change() -> None:
    customer = factories.CustomerFactory.create()
    cover(30)
    count(customer, 1, 29)
    carry_anew()
    with CaptureQueriesContext(connection) as queries:
        carry_changes()
    assert not any("GROUP BY" in query["sql"] for query in queries)
    with CaptureQueriesContext(connection) as queries:
        carry_anew()
    assert sum("GROUP BY" in query["sql"] for query in queries) == 2


@pytest.mark.django_db
def test_what_others_change_meanwhile_is_counted_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    customer = factories.CustomerFactory.create()
    cover(30)
    count(customer, 1)
    own_bump = version.bump

    def late_reports() -> None:
        """Another run commits just before ours."""
        count(customer, 29)
        own_bump()
        own_bump()

    with monkeypatch.context() as patch:
        patch.setattr(version, "bump", late_reports)
        carry_changes()
    carry_changes()
    customer.refresh_from_db()
    assert (customer.recent_fn, customer.before_fn) == (8, 8)


@pytest.mark.django_db
def test_counts_that_vanish_take_the_change_with_them() -> None:
    customer = factories.CustomerFactory.create()
    cover(30)
    count(customer, 1, 29)
    carry_anew()
    customer.refresh_from_db()
    assert customer.change == 0
    SyncJob.objects.filter(window_start=hour(29)).update(fn_count=0, fp_count=0)
    before = version.current_version()
    carry_anew()
    assert version.current_version() > before + 1
    customer.refresh_from_db()
    assert (customer.recent_fn, customer.before_fn, customer.change) == (0, 8, None)
    Window.objects.all().delete()
    carry_anew()
    customer.refresh_from_db()
    assert (customer.before_fn, customer.dispersion, customer.change) == (0, 1, None)
    assert ComparedSpan.current().recent_end is None


@pytest.mark.django_db
def test_superseded_counts_do_not_count() -> None:
    customer = factories.CustomerFactory.create()
    cover(2)
    count(customer, 1)
    SyncJob.objects.update(superseded_at=hour(2))
    count(customer, 1)
    carry_anew()
    customer.refresh_from_db()
    assert (customer.recent_fn, customer.recent_fp) == (8, 2)


@pytest.mark.django_db
def test_counts_beyond_32_bits_squared() -> None:
    customer = factories.CustomerFactory.create()
    cover(30)
    for number, fn, fp in ((1, 10**6, 0), (2, 0, 10**6), (29, 10**6, 10**6)):
        factories.SyncJobFactory.create(
            customer=customer, window_start=hour(number), fn_count=fn, fp_count=fp
        )
    carry_anew()
    customer.refresh_from_db()
    assert customer.dispersion == pytest.approx(750_000)
    assert customer.change == 0


@pytest.mark.django_db
def test_the_number_of_statements_does_not_grow(ledger: Ledger) -> None:
    cover(30)

    def statements() -> int:
        with transaction.atomic():
            version.bump()
        with CaptureQueriesContext(connection) as captured:
            compute_owed(ledger)
        return len(captured)

    statements()
    few_customers = [factories.CustomerFactory.create() for _ in range(2)]
    for customer in few_customers:
        count(customer, 1, 29)
    few = statements()
    for _ in range(30):
        count(factories.CustomerFactory.create(), 1, 2, 29)
    assert statements() == few
    assert Customer.objects.exclude(change=None).count() == 32
    check_carried_changes()
    assert statements() < few, "nothing is written when nothing differs"
