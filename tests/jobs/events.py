"""A history in which everything happens that can change a result, one event after the other."""

from collections.abc import Callable, Iterator
from datetime import datetime

from config.models import IndustryBaseline
from jobs import owed
from jobs.models import PipelineRun, Reprocess
from jobs.pipeline import COMPUTING, backfill_run, compute, sync
from sentiment_api.models import Customer, SentimentScore
from tests.jobs.conftest import at
from tests.jobs.test_pipeline import fill, use_profile
from tests.source import SourceDatabase

HOURS = 30
RULES = {"max_age_hours": 12, "history_windows": 4}

Look = Callable[[str], None]


def run_step_by_step(
    look: Look, start: datetime, end: datetime, reprocess: Reprocess, *customers: int
) -> PipelineRun:
    """A backfill; `look` is called after each of its steps."""
    run = backfill_run(start, end, reprocess, customers)
    run.save()
    sync(run)
    look("sync")
    for name in COMPUTING:
        compute(run, name)
        look(name)
    return run


def everything_happens(source: SourceDatabase, look: Look) -> Iterator[str]:
    """The names of the events, each after it has happened and was computed."""

    def read(reprocess: Reprocess = Reprocess.ALL, *customers: int, hours: int = HOURS) -> None:
        run_step_by_step(look, at(0), at(hours), reprocess, *customers)

    use_profile(**RULES)
    chance = fill(source, HOURS + 4)
    read(Reprocess.NONE)
    yield "first run"
    for customer in (1, 4, 6):
        source.reports(customer, at(chance.randrange(10, 20)), 3, 1)
    read()
    yield "late reports"
    silent = _silent_window(2)
    source.reports(2, silent, 1, 2)
    read()
    yield "late reports in a window that had none"
    _forget(source, 2, silent)
    read()
    yield "reports vanish"
    source.reports(2, silent, 1, 2)
    read()
    yield "and come back"
    read(Reprocess.NONE, hours=HOURS + 4)
    yield "later windows"
    IndustryBaseline.objects.filter(industry="Energy").update(baseline_score=0.5)
    source.reports(4, at(12), 0, 2)
    read(Reprocess.ALL, 4)
    yield "new baseline and late reports, for one customer alone"
    read()
    yield "new baseline for all"
    use_profile(**RULES, decay_factor=0.6)
    read()
    yield "new profile"
    source.sql("UPDATE customers SET industry = 'Energy', updated_at = now() WHERE customer_id = 2")
    read()
    yield "another industry"
    source.sql("DELETE FROM customers WHERE customer_id = 3")
    source.reports(5, at(3), 4, 4)
    use_profile(**RULES, decay_factor=0.6, trend_adjusted=True)
    IndustryBaseline.objects.filter(industry="BANKING").update(baseline_score=0.4)
    read()
    yield "several at once, and a customer that vanished"
    Customer.objects.filter(customer_id=3).update(inactive_since=at(20))
    owed.mark_windows_since(at(20))
    read(Reprocess.NONE)
    yield "windows since then know that it is gone"
    source.customer(3, "Banking")
    read()
    yield "and it comes back"
    IndustryBaseline.objects.filter(industry="Retail").delete()
    use_profile(max_age_hours=6, history_windows=3)
    read()
    yield "no baseline, and scores stand half as long"
    for customer in range(1, 9):
        _forget(source, customer, at(20))
    read()
    yield "a window is empty"


def _silent_window(customer: int) -> datetime:
    """A window between reports in which this customer sent none."""
    scored = set(
        SentimentScore.objects.filter(customer__customer_id=customer).values_list(
            "window_start", flat=True
        )
    )
    return next(at(hour) for hour in range(HOURS // 2, HOURS) if at(hour) not in scored)


def _forget(source: SourceDatabase, customer: int, window: datetime) -> None:
    """The source loses the reports of a customer in a window."""
    source.sql(
        "DELETE FROM email_samples WHERE customer_id = %s AND date_trunc('hour', reported_at) = %s",
        customer,
        window.replace(tzinfo=None),
    )
