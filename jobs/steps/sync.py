"""Step 1, `sync_customer_data`: customers and counts, from the source into the local database."""

from jobs.ledger import Ledger
from jobs.plan import Plan
from jobs.source.connection import Source
from jobs.source.reports import read_stragglers
from jobs.steps.counts import Pace, sync_counts
from jobs.steps.customers import sync_customers


def begin_sync(source: Source, plan: Plan, ledger: Ledger) -> None:
    """What comes before any count: the customers, and a look at what no window can count."""
    sync_customers(source, ledger, everyone=plan.everyone)
    stragglers = read_stragglers(source)
    ledger.warn("reports from the future, waiting for their window", stragglers.future)
    ledger.warn("reports without a time, which no window can count", stragglers.undated)


def sync_windows(source: Source, plan: Plan, ledger: Ledger, hours: range, pace: Pace) -> int:
    """The counts of one slice of the plan; how many reports were read."""
    recompute = plan.recomputes(hours)
    return sync_counts(source, ledger, hours, plan.customer_ids, recompute, pace)


def end_sync(windows: int, ledger: Ledger, reports: int) -> None:
    """What is to be said when all windows are read."""
    if not reports:
        ledger.warn("windows read, and no reports in any of them", windows)
