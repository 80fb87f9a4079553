"""Customers, counts, scores and aggregates: to be looked at, never edited."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs.explanation import explain
from jobs.revision_history import Revision, aggregate_revisions, revisions_of, score_revisions
from sentiment_api.models import (
    Customer,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)

REVISIONS_SHOWN = 20


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that only the pipeline writes."""

    show_full_result_count = False
    list_per_page = 50
    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def rounded(field: str) -> Callable[[Model], str]:
    """A column that shows a share with three digits."""

    @admin.display(description=field.replace("_", " "), ordering=field)
    def show(row: Model) -> str:
        value = getattr(row, field)
        return "-" if value is None else f"{value:.3f}"

    show.__name__ = f"rounded_{field}"
    return show


class CurrentFilter(admin.SimpleListFilter):
    """Current rows, unless superseded ones are asked for."""

    title = "revision"
    parameter_name = "revision"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        return [("superseded", "superseded"), ("all", "all")]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": "current"}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(superseded_at__isnull=self.value() != "superseded")


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """Customers as the source describes them."""

    list_display = (
        "company_name",
        "customer_id",
        "industry",
        "country",
        rounded("current_sentiment"),
        "current_state",
        "last_window_start",
        "inactive_since",
    )
    list_filter = (
        "current_state",
        "is_placeholder",
        ("inactive_since", admin.EmptyFieldListFilter),
    )
    search_fields = ("company_name", "=customer_id", "industry")


class ResultAdmin(ReadOnlyAdmin):
    """Rows with revisions."""

    date_hierarchy = "window_start"
    list_filter: ClassVar[Any] = (CurrentFilter,)


@admin.register(SyncJob)
class SyncJobAdmin(ResultAdmin):
    """Counts of reports."""

    list_display = ("window_start", "customer", "fn_count", "fp_count", "revision")
    list_select_related = ("customer",)
    search_fields = ("customer__company_name", "=customer__customer_id")


class RevisionsAdmin(ResultAdmin):
    """Rows that show why they were revised."""

    readonly_fields: ClassVar[Any] = ("revisions",)
    explain_revisions: Callable[[Sequence[Any]], list[Revision]] = staticmethod(aggregate_revisions)
    revisions_with: Sequence[str] = ()

    @admin.display(description="revisions")
    def revisions(self, row: Any) -> str:
        """The newest revisions of the row's result, oldest first, with what led to each."""
        rows: QuerySet[Any] = revisions_of(row)
        count = rows.count()
        newest = rows.select_related(*self.revisions_with) if self.revisions_with else rows
        found = list(newest.reverse()[:REVISIONS_SHOWN])[::-1]
        return render_to_string(
            "sentiment_api/revisions.html",
            {
                "revisions": type(self).explain_revisions(found),
                "count": count,
                "hidden": count > len(found),
                "shown": row.pk,
                "address": f"admin:{row._meta.app_label}_{row._meta.model_name}_change",
            },
        )


@admin.register(SentimentScore)
class SentimentScoreAdmin(RevisionsAdmin):
    """Scores of customers."""

    readonly_fields = ("explanation", "revisions")
    explain_revisions = staticmethod(score_revisions)
    revisions_with = ("profile",)
    list_display = (
        "window_start",
        "customer",
        "score",
        "state",
        "fn_count",
        "fp_count",
        "calculation_method",
        "revision",
    )
    list_filter = (CurrentFilter, "state", "calculation_method")
    list_select_related = ("customer",)
    search_fields = ("customer__company_name", "=customer__customer_id", "industry")

    @admin.display(description="score and interval", ordering="sentiment_score")
    def score(self, row: SentimentScore) -> SafeString:
        """The score with its 90 % interval."""
        return format_html(
            '<span class="nowrap">{} <span class="quiet-note">({}–{})</span></span>',
            *(f"{one:.3f}" for one in (row.sentiment_score, row.score_low, row.score_high)),
        )

    @admin.display(description="explanation")
    def explanation(self, score: SentimentScore) -> str:
        """Why the score is what it is, in a sentence."""
        return explain(score).summary


@admin.register(SegmentSentiment)
class SegmentSentimentAdmin(RevisionsAdmin):
    """Sentiment of industries."""

    list_display = (
        "window_start",
        "industry",
        rounded("standing_sentiment_score"),
        "standing_customers",
        rounded("avg_sentiment_score"),
        "total_customers",
        "total_fn_count",
        "total_fp_count",
        "revision",
    )
    search_fields = ("industry",)


@admin.register(OverallSentiment)
class OverallSentimentAdmin(RevisionsAdmin):
    """Sentiment of the product."""

    list_display = SegmentSentimentAdmin.list_display[:1] + SegmentSentimentAdmin.list_display[2:]
