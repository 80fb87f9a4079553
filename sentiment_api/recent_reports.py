"""How many reports customers sent lately."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from jobs.models import Window
from sentiment_api.models import SyncJob

DAY = timedelta(hours=24)
_REPORTS = Sum(F("fn_count") + F("fp_count"))


@dataclass(frozen=True)
class RecentReports:
    """Counts of the 24 hours up to the end of the newest covered window."""

    end: datetime | None

    @classmethod
    def now(cls) -> "RecentReports":
        """As of the newest covered window."""
        return cls(Window.objects.aggregate(end=Max("window_end"))["end"])

    def per_customer(self) -> Any:
        """An expression over customers: the reports of each."""
        rows = self._rows().filter(customer_id=OuterRef("pk")).order_by()
        total = rows.values("customer_id").annotate(total=_REPORTS).values("total")
        return Coalesce(Subquery(total), Value(0), output_field=IntegerField())

    def of(self, customers: Iterable[int]) -> Mapping[int, int]:
        """The reports of these customers, by local key; those without any are not in it."""
        rows = self._rows().filter(customer_id__in=customers).order_by()
        return dict(rows.values_list("customer_id").annotate(total=_REPORTS))

    def _rows(self) -> QuerySet[SyncJob]:
        if self.end is None:
            return SyncJob.objects.none()
        rows: QuerySet[SyncJob] = SyncJob.objects.current().filter(
            window_start__gte=self.end - DAY, window_start__lt=self.end
        )
        return rows
