"""What-if against what then really happens, and that asking leaves no trace."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.db.models import Avg
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.industries import industry_key
from config.models import IndustryBaseline, ScoringProfile
from jobs.industry_moments import settle_moments
from jobs.models import Reprocess
from jobs.what_if import (
    Comparison,
    Crossings,
    TooManyScoresError,
    WhatIf,
    computing,
    reading,
    what_if,
)
from sentiment_api.freshness import stale_at
from sentiment_api.models import (
    Customer,
    DataVersion,
    OverallSentiment,
    SegmentSentiment,
    SentimentScore,
    SyncJob,
)
from tests.factories import CustomerFactory, SyncJobFactory, WindowFactory
from tests.jobs.conftest import at
from tests.jobs.test_pipeline import backfill, fill, rows_of, use_profile
from tests.source import SourceDatabase

HOURS = 60
SEEN = {"max_age_hours": 30, "history_windows": 4}
NO_CROSSINGS = Crossings(*[0] * 8)


class Now(NamedTuple):
    """A customer as people see it."""

    industry: str
    score: float
    state: str
    baseline: float | None
    evidence: str


def seen(days: int) -> dict[int, Now]:
    """The active customers whose newest score lies in the last days, by their id."""
    rows = (
        Customer.objects.with_score_state(stale_at())
        .filter(inactive_since=None, last_window_start__gte=at(HOURS - 24 * days))
        .values_list(
            *("customer_id", "industry", "current_sentiment", "score_state"),
            *("current_score__baseline_score", "current_state"),
        )
    )
    return {key: Now(*values) for key, *values in rows}


def mean_of(customers: Mapping[int, Now]) -> float | None:
    return sum(one.score for one in customers.values()) / len(customers) if customers else None


def crossings_of(
    before: Mapping[int, Now], after: Mapping[int, Now], old: ScoringProfile, new: ScoringProfile
) -> Crossings:
    """Counted one by one."""
    found = dict.fromkeys(Crossings.__dataclass_fields__, 0)
    for key, was in before.items():
        will = after[key]
        lines = {
            "attention": (was.score < old.attention_below, will.score < new.attention_below),
            "healthy": (was.score > old.healthy_above, will.score > new.healthy_above),
            "insufficient_evidence": (
                was.evidence == "insufficient_evidence",
                will.evidence == "insufficient_evidence",
            ),
            "stale": (was.state == "stale", will.state == "stale"),
        }
        for line, sides in lines.items():
            found[f"into_{line}"] += sides == (False, True)
            found[f"out_of_{line}"] += sides == (True, False)
    return Crossings(**found)


def check_comparison(
    found: Comparison, before: dict[int, Now], after: dict[int, Now], new: ScoringProfile
) -> None:
    """A comparison says what was seen before and after."""
    assert found.customers == len(before)
    assert found.changed == sum(abs(before[key].score - after[key].score) >= 1e-9 for key in before)
    assert found.old_mean_of_newest == pytest.approx(mean_of(before))
    assert found.new_mean_of_newest == pytest.approx(mean_of(after))
    old = ScoringProfile.objects.get(version=2)
    assert found.crossings == crossings_of(before, after, old, new)


def change_baselines(overrides: Mapping[str, float | None]) -> None:
    """As staff would do it."""
    for industry, score in overrides.items():
        row = IndustryBaseline.objects.filter(industry__iexact=industry).first()
        if score is None:
            if row is not None:
                row.delete()
        else:
            row = row or IndustryBaseline(industry=industry)
            row.baseline_score = score
            row.save()


CHANGES: list[tuple[dict[str, Any], dict[str, float | None]]] = [
    ({}, {"banking": 0.9, "ENERGY": None, "Odd": 0.2, "Unknown": 0.45}),
    ({"history_windows": 9, "decay_factor": 0.5}, {}),
    ({"trend_adjusted": True, "trend_weight": 0.8, "max_age_hours": 40}, {"Retail": 0.8}),
    ({"base_method": "simple_ratio", "trend_adjusted": True}, {"Banking": None}),
    ({"base_method": "pooled", "industry_normalized": False}, {"Energy": 0.1}),
    ({"normalisation_method": "logit", "fn_weight": 0.4, "fp_weight": 0.9}, {"Odd": 1.0}),
    ({"industry_shrinkage": True, "history_windows": 2}, {}),
    ({"max_age_hours": 3, "min_evidence": 9}, {}),
    ({"attention_below": 0.55, "healthy_above": 0.6}, {}),
]


@pytest.mark.parametrize("days", [1, 2])
@pytest.mark.parametrize(("rules", "overrides"), CHANGES)
def test_what_if_is_what_happens(
    source: SourceDatabase,
    monkeypatch: pytest.MonkeyPatch,
    rules: dict[str, Any],
    overrides: dict[str, float | None],
    days: int,
) -> None:
    monkeypatch.setattr(computing, "ROWS_PER_BLOCK", 20)
    use_profile(**SEEN)
    fill(source, HOURS)
    backfill(at(0), at(HOURS))
    before = seen(days)
    start = at(HOURS - 24 * days)
    mean, means = mean_since(start), means_by_industry(start)

    profile = ScoringProfile(**{**SEEN, **rules}) if rules else None
    found = what_if(profile, overrides, days=days, limit=500)

    if profile is not None:
        settle_moments(profile)
        profile.save()
        profile.activate()
    change_baselines(overrides)
    backfill(at(0), at(HOURS), Reprocess.ALL)
    after = seen(days)
    active = ScoringProfile.active()
    assert (found.range_start, found.range_end) == (start, at(HOURS))
    assert (found.active.version, found.outdated) == (2, 0)
    check_comparison(found.overall, before, after, active)
    assert found.overall.old_mean == pytest.approx(mean)
    assert found.overall.new_mean == pytest.approx(mean_since(start))
    assert [row.industry for row in found.industries] == sorted(means_by_industry(start))
    for row in found.industries:
        check_comparison(row, of(before, row.industry), of(after, row.industry), active)
        assert row.old_mean == pytest.approx(means[row.industry])
        assert row.new_mean == pytest.approx(means_by_industry(start)[row.industry])
        assert row.new_baseline == IndustryBaseline.by_key().get(industry_key(row.industry))
    check_customers(found, before, after)
    check_that_nothing_is_left_to_change(found, days)


def of(customers: dict[int, Now], industry: str) -> dict[int, Now]:
    return {key: one for key, one in customers.items() if one.industry == industry}


def mean_since(start: datetime) -> float:
    """The mean of all scores of the range, from the scores themselves."""
    rows = SentimentScore.objects.current().filter(window_start__gte=start)
    mean: float = rows.aggregate(mean=Avg("sentiment_score"))["mean"]
    return mean


def means_by_industry(start: datetime) -> dict[str, float]:
    rows = SentimentScore.objects.current().filter(window_start__gte=start).order_by()
    return dict(rows.values_list("industry").annotate(mean=Avg("sentiment_score")))


def check_customers(found: WhatIf, before: dict[int, Now], after: dict[int, Now]) -> None:
    """The customers that are listed are those that changed, the farthest moved first."""
    listed = {row.customer_id: row for row in found.customers}
    for key, was in before.items():
        will = after[key]
        if key not in listed:
            assert will.score == pytest.approx(was.score, abs=1e-9)
            assert will.state == was.state
            continue
        row = listed[key]
        assert (row.old_score, row.old_state, row.old_baseline) == was[1:4]
        assert row.new_score == pytest.approx(will.score, abs=1e-9)
        assert (row.new_state, row.new_baseline) == will[2:4]
        assert row.industry == was.industry
    order = [(-abs(row.difference), row.customer_id) for row in found.customers]
    assert order == sorted(order)
    assert found.overall.changed == 0 or listed


def check_that_nothing_is_left_to_change(found: WhatIf, days: int) -> None:
    again = what_if(days=days)
    assert again.overall.changed == again.outdated == 0
    assert again.customers == []
    assert again.overall.crossings == NO_CROSSINGS
    assert again.overall.old_mean_of_newest == pytest.approx(found.overall.new_mean_of_newest)
    assert again.overall.old_mean == pytest.approx(found.overall.new_mean)
    assert "None of the" in again.summary


@pytest.fixture
def filled(source: SourceDatabase) -> None:
    """A history by the rules of SEEN."""
    use_profile(**SEEN)
    fill(source, HOURS)
    backfill(at(0), at(HOURS))


def test_asking_leaves_no_trace(filled: None) -> None:
    tables = (
        *(SyncJob, SentimentScore, SegmentSentiment, OverallSentiment, Customer, DataVersion),
        *(ScoringProfile, IndustryBaseline),
    )
    before = rows_of(*tables)
    with CaptureQueriesContext(connection) as queries:
        what_if(ScoringProfile(industry_shrinkage=True), {"Banking": 0.9}, days=2)
    assert rows_of(*tables) == before
    assert len(queries) == 9
    for query in queries:
        assert query["sql"].split()[0] in ("SELECT", "WITH"), query["sql"]
        assert " FOR " not in query["sql"], "nothing is locked"


def test_stored_scores_of_earlier_rules_are_told_apart(filled: None) -> None:
    """Energy changes, though only the baseline of Banking would: its scores wait for that."""
    use_profile(**SEEN, trend_adjusted=True, trend_weight=1.0)
    outdated = what_if(days=2)
    assert outdated.outdated == outdated.overall.changed > 0
    found = what_if(baselines={"banking": 0.95}, days=2, limit=500)
    assert found.outdated == outdated.outdated
    assert "Energy" in {row.industry for row in found.customers}
    assert f"{found.outdated} of the stored newest scores come from earlier rules" in found.summary


def test_the_summary_says_it_in_plain_words(filled: None) -> None:
    found = what_if(
        ScoringProfile(**SEEN, attention_below=0.69), {"Mining": 0.5, " odd ": 0.1}, days=2
    )
    cross = found.overall.crossings
    assert found.summary.startswith(
        f"{found.overall.changed} of the {found.overall.customers} customers with a score in the "
        f"last 2 days would have another one; the mean of the newest scores would go from "
        f"{found.overall.old_mean_of_newest:.3f} to {found.overall.new_mean_of_newest:.3f}. "
        f"{cross.into_attention} would newly be below 0.69, "
    )
    assert found.summary.endswith("No customer with a score in these days is in Mining.")


def test_those_who_left_count_in_the_mean_alone(filled: None) -> None:
    customer = Customer.objects.exclude(last_window_start=None).order_by("id")[0]
    before = what_if(baselines={customer.industry: 0.9}, days=2, limit=500)
    Customer.objects.filter(pk=customer.pk).update(inactive_since=timezone.now())
    after = what_if(baselines={customer.industry: 0.9}, days=2, limit=500)
    assert customer.customer_id in {row.customer_id for row in before.customers}
    assert customer.customer_id not in {row.customer_id for row in after.customers}
    assert after.overall.customers == before.overall.customers - 1
    assert after.overall.new_mean == before.overall.new_mean


def test_what_is_still_owed_is_not_compared(filled: None) -> None:
    """Counts without a score: newer ones, and those of a customer that has none yet."""
    before = what_if(baselines={"Banking": 0.9}, days=2)
    customer = Customer.objects.filter(last_window_start__lt=at(HOURS - 1)).first()
    for owner in (customer, CustomerFactory.create(customer_id=99)):
        SyncJobFactory.create(customer=owner, window_start=at(HOURS - 1), fn_count=90)
    assert what_if(baselines={"Banking": 0.9}, days=2) == before


def test_a_score_whose_reports_were_withdrawn_is_not_compared(filled: None) -> None:
    customer = Customer.objects.filter(last_window_start=at(HOURS - 1)).first()
    assert customer is not None
    before = what_if(days=2)
    counts = SyncJob.objects.current().filter(
        customer=customer, window_start=customer.last_window_start
    )
    counts.update(fn_count=0, fp_count=0)
    after = what_if(days=2)
    assert after.overall.customers == before.overall.customers - 1


def test_more_than_can_be_computed_is_refused(
    filled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = SentimentScore.objects.current().filter(window_start__gte=at(HOURS - 24)).count()
    customers = len(seen(1))
    short = ScoringProfile(history_windows=1)
    looked_back_at = customers * 4
    monkeypatch.setattr(reading, "MOST_SCORES", scores + looked_back_at)
    assert what_if(short, days=1).overall.customers == customers
    monkeypatch.setattr(reading, "MOST_SCORES", scores + looked_back_at - 1)
    with pytest.raises(TooManyScoresError, match=f"1 days of {customers} customers.*fewer days"):
        what_if(short, days=1)


@pytest.mark.django_db
def test_without_data_there_is_nothing_to_compare() -> None:
    nothing = what_if(ScoringProfile(industry_shrinkage=True))
    assert (nothing.range_start, nothing.range_end) == (None, None)
    assert nothing.summary == (
        "There is nothing to compare: no active customer has a score in the last 7 days."
    )
    assert (nothing.overall.customers, nothing.overall.old_mean_of_newest) == (0, None)
    WindowFactory.create()
    covered = what_if(days=1)
    assert covered.range_end - covered.range_start == timedelta(days=1)  # type: ignore[operator]
    assert covered.industries == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"days": 0}, "days lies between 1 and 31; 0 does not"),
        ({"days": 32}, "days lies between 1 and 31; 32 does not"),
        ({"limit": -1}, "limit lies between 0 and 500; -1 does not"),
        ({"limit": 501}, "limit lies between 0 and 500; 501 does not"),
    ],
)
def test_values_out_of_range(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        what_if(**values)
