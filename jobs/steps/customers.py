"""Customers: what the source says of them, written only where it differs."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import DateTimeField, Field, Max
from django.utils import timezone
from numpy.typing import NDArray

from config.industries import industry_key, trim_industry
from config.models import IndustryBaseline
from jobs import bulk, owed
from jobs.ledger import Ledger, StepResult
from jobs.source.connection import Source
from jobs.source.customers import SourceCustomer, read_customers
from sentiment_api import version
from sentiment_api.models import Customer

OVERLAP = timedelta(hours=1)
"""Changes are asked for this much further back than the newest known one, because a transaction
may become visible after its timestamp."""

COMPARED = (
    "company_name",
    "industry",
    "contact_person",
    "phone",
    "address",
    "city",
    "state",
    "country",
    "postal_code",
    "source_created_at",
    "source_updated_at",
    "is_placeholder",
    "inactive_since",
)
_LENGTHS = {
    field.name: field.max_length
    for field in Customer._meta.concrete_fields
    if getattr(field, "max_length", None)
}


def sync_customers(source: Source, ledger: Ledger, everyone: bool) -> None:
    """Bring customers up to date: all of them, or those changed since the last time.

    With `everyone`, customers that vanished from the source are marked inactive; not so when all
    did, which is a mistake there (a table that is being filled anew) and no news of customers.
    """
    spelling = Spelling()
    begin = timezone.now()
    since = None if everyone else _newest_change(begin)
    seen = [np.empty(0, dtype=np.int64)]
    for batch in read_customers(source, changed_since=since):
        seen.append(np.array([customer.customer_id for customer in batch], dtype=np.int64))
        ledger.progress(StepResult(read=len(batch), written=_store(batch, spelling)))
    found = np.concatenate(seen)
    if since is None and len(found):
        _mark_vanished(found, begin, ledger)
    elif since is None:
        kept = Customer.objects.filter(inactive_since=None, is_placeholder=False).count()
        ledger.warn("customers kept although the source's table of customers is empty", kept)


def add_unknown(source: Source, customer_ids: Iterable[int], ledger: Ledger) -> None:
    """Make local customers for ids that reports name and nobody knows here: from the source
    where it has them, else as placeholders."""
    ids = sorted(customer_ids)
    if not ids:
        return
    spelling = Spelling()
    for batch in read_customers(source, customer_ids=ids):
        ledger.progress(StepResult(read=len(batch), written=_store(batch, spelling)))
    condition, params = bulk.any_of("customer_id", ids)
    rows = bulk.fetch(f"SELECT customer_id FROM {bulk.table(Customer)} WHERE {condition}", params)  # noqa: S608
    known = {customer_id for (customer_id,) in rows}
    nobody = [
        Customer(customer_id=i, company_name=f"Unknown customer {i}", is_placeholder=True)
        for i in ids
        if i not in known
    ]
    if nobody:
        with transaction.atomic():
            Customer.objects.bulk_create(nobody, ignore_conflicts=True)
            version.bump()
    ledger.progress(StepResult(written=len(nobody)))
    ledger.warn("customers that reports name and the source does not have", len(nobody))


class Spelling:
    """The way each industry is written: as it was first seen."""

    def __init__(self) -> None:
        rows = Customer.objects.order_by("industry").values_list("industry", flat=True).distinct()
        baselines = IndustryBaseline.objects.values_list("industry", flat=True)
        self._first = {industry_key(name): name for name in [*baselines, *rows]}

    def of(self, name: str | None) -> str:
        """The spelling to show; a new industry is written as it stands here."""
        return self._first.setdefault(industry_key(name), trim_industry(name))


def _newest_change(now: datetime) -> datetime | None:
    past = Customer.objects.filter(source_updated_at__lte=now)
    newest = past.aggregate(newest=Max("source_updated_at"))["newest"]
    return newest - OVERLAP if newest else None


def _store(batch: list[SourceCustomer], spelling: Spelling) -> int:
    """Write the customers of one batch that are new or changed; how many."""
    with transaction.atomic():
        there = Customer.objects.filter(customer_id__in=[row.customer_id for row in batch])
        known = {
            row.customer_id: row for row in there.order_by("pk").select_for_update(no_key=True)
        }
        new: list[dict[str, Any]] = []
        changed: list[Customer] = []
        returned: list[datetime] = []
        for row in batch:
            wanted = _wanted(row, spelling)
            customer = known.get(row.customer_id)
            if customer is None:
                new.append({"customer_id": row.customer_id, **wanted})
            elif any(getattr(customer, name) != wanted[name] for name in COMPARED):
                if customer.inactive_since:
                    returned.append(customer.inactive_since)
                for name in COMPARED:
                    setattr(customer, name, wanted[name])
                customer.updated_at = timezone.now()
                changed.append(customer)
        _insert(new)
        Customer.objects.bulk_update(changed, [*COMPARED, "updated_at"], batch_size=100)
        if returned:
            owed.mark_windows_since(min(returned))
        if new or changed:
            version.bump()
    return len(new) + len(changed)


def _insert(rows: list[dict[str, Any]]) -> None:
    """New customers, with the defaults of what is not given; somebody else's stay as they are."""
    given = set(rows[0]) if rows else set()
    values = {
        str(field.column): (
            _as_stored(field, [row[field.name] for row in rows])
            if field.name in given
            else _as_stored(field, [field.get_default()])[0]
        )
        for field in Customer._meta.concrete_fields
        if not field.primary_key
    }
    bulk.insert(Customer, len(rows), values, ignore_conflicts=True)


def _as_stored(field: Field[Any, Any], values: list[Any]) -> list[Any]:
    """As the driver takes them: times are converted, each once."""
    if not isinstance(field, DateTimeField):
        return values
    known = {value: bulk.instant(value) for value in set(values)}
    return [known[value] for value in values]


def _wanted(row: SourceCustomer, spelling: Spelling) -> dict[str, Any]:
    values = dict(vars(row))
    customer_id = values.pop("customer_id")
    created, updated = values.pop("created_at"), values.pop("updated_at")
    texts = {name: _fit(name, value) for name, value in values.items()}
    texts["company_name"] = texts["company_name"] or f"Customer {customer_id}"
    texts["industry"] = spelling.of(row.industry)
    return texts | {
        "source_created_at": created,
        "source_updated_at": updated,
        "is_placeholder": False,
        "inactive_since": None,
    }


def _fit(name: str, value: str | None) -> str:
    return (value or "")[: _LENGTHS.get(name)]


def _mark_vanished(seen: NDArray[np.int64], begin: datetime, ledger: Ledger) -> None:
    """Customers that were known when the reading began, and that the source no longer has, stand
    no more from now on."""
    with transaction.atomic():
        active = Customer.objects.filter(
            inactive_since=None, is_placeholder=False, created_at__lt=begin
        )
        known = np.fromiter(
            active.order_by("pk").values_list("pk", "customer_id").iterator(),
            dtype=[("pk", "i8"), ("customer_id", "i8")],
        )
        gone = known["pk"][~np.isin(known["customer_id"], seen)].tolist()
        now = timezone.now()
        for start in range(0, len(gone), 500):
            part = Customer.objects.filter(pk__in=gone[start : start + 500])
            # Locked in the order in which every step does.
            list(part.order_by("pk").select_for_update(no_key=True).values_list("pk"))
            part.update(inactive_since=now, updated_at=now)
        if gone:
            owed.mark_windows_since(now)
            version.bump()
    ledger.progress(StepResult(written=len(gone)))
    ledger.warn("customers that vanished from the source, now inactive", len(gone))
