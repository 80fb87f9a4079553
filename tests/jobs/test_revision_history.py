"""Every revision is listed with what changed and why."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.models import IndustryBaseline
from jobs.models import Reprocess, Trigger
from jobs.revision_history import (
    Revision,
    aggregate_revisions,
    revisions_of,
    score_revisions,
    succession,
)
from jobs.revision_history.aggregates import FIELDS as MEANS
from jobs.revision_history.parts import Recount
from sentiment_api.models import OverallSentiment, SegmentSentiment, SentimentScore
from tests.factories import (
    CustomerFactory,
    OverallSentimentFactory,
    SentimentScoreFactory,
    SyncJobFactory,
    WindowFactory,
    hour,
)
from tests.jobs.conftest import at
from tests.jobs.events import everything_happens
from tests.jobs.test_pipeline import backfill, use_profile
from tests.source import SourceDatabase

Codes = set[str]
MODELS = (SentimentScore, SegmentSentiment, OverallSentiment)
FIRST, NEW = {"first"}, {"new_scores"}
LATE, HISTORY = {"late_reports"}, {"late_reports_in_history"}
PROFILE, BASELINE, INDUSTRY = {"new_profile"}, {"new_baseline"}, {"new_industry"}
GONE = {"withdrawn"}
ENDED = {"ended: withdrawn"}

EVENTS: dict[str, tuple[Codes, Codes, Codes]] = {
    "first run": (FIRST, FIRST, FIRST),
    "late reports": (FIRST | HISTORY, LATE | HISTORY, LATE | HISTORY),
    "late reports in a window that had none": (FIRST | HISTORY, LATE | HISTORY, LATE | HISTORY),
    "reports vanish": (HISTORY | ENDED, GONE | HISTORY, GONE | HISTORY),
    "and come back": (LATE | HISTORY, LATE | HISTORY, LATE | HISTORY),
    "later windows": (FIRST, FIRST, FIRST),
    "new baseline and late reports, for one customer alone": (
        LATE | HISTORY | BASELINE,
        LATE | BASELINE,
        LATE | BASELINE,
    ),
    "new baseline for all": (BASELINE, BASELINE, BASELINE),
    "new profile": (PROFILE, PROFILE, PROFILE),
    # Rows that the new profile left as they were are by its rules now.
    "another industry": (PROFILE | INDUSTRY, PROFILE | INDUSTRY, PROFILE | INDUSTRY),
    "several at once, and a customer that vanished": (
        LATE | HISTORY | PROFILE | BASELINE,
        LATE | PROFILE | BASELINE,
        LATE | PROFILE | BASELINE,
    ),
    "windows since then know that it is gone": (set(), {"inactive"}, {"inactive"}),
    "and it comes back": (set(), {"returned"}, {"returned"}),
    "no baseline, and scores stand half as long": (
        PROFILE | BASELINE,
        PROFILE | BASELINE | {"ended: new_profile"},
        PROFILE | BASELINE,
    ),
    "a window is empty": (
        HISTORY | PROFILE | ENDED,
        GONE | HISTORY | PROFILE,
        GONE | HISTORY | PROFILE,
    ),
}


def revisions(row: Any) -> list[Revision]:
    """All revisions of a result."""
    found = revisions_of(row)
    if isinstance(row, SentimentScore):
        return score_revisions(list(found.select_related("profile")))
    return aggregate_revisions(list(found))


def histories(model: Any, since: datetime) -> Iterator[list[Revision]]:
    """The revisions of each result of which a row was written or withdrawn since then."""
    rows = model.objects.filter(created_at__gt=since) | model.objects.filter(
        superseded_at__gt=since
    )
    seen: set[Any] = set()
    for row in rows.order_by("window_start", "job_id"):
        first = revisions_of(row)[0].pk
        if first not in seen:
            seen.add(first)
            yield revisions(row)


def codes_since(model: Any, since: datetime) -> Codes:
    """Why rows were written or withdrawn since then."""
    codes: Codes = set()
    for found in histories(model, since):
        for revision in found:
            _check(revision, is_first=revision is found[0])
            if revision.result.created_at > since:
                codes |= {reason.code.value for reason in revision.reasons}
            if revision.withdrawn and revision.withdrawn.at > since:
                codes |= {f"ended: {reason.code.value}" for reason in revision.withdrawn.reasons}
    return codes


def _check(revision: Revision, is_first: bool) -> None:
    """What holds of every revision."""
    codes = [reason.code for reason in revision.reasons]
    assert codes
    assert "unknown" not in codes
    assert (codes == ["first"]) == is_first
    assert revision.run is not None
    assert revision.run.trigger == Trigger.BACKFILL
    assert all(reason.detail.endswith(".") for reason in revision.reasons)
    assert is_first <= (not revision.changes)


def test_every_revision_has_its_reasons(source: SourceDatabase) -> None:
    """In a history in which everything happens."""
    since, found = at(0), {}
    for event in everything_happens(source, lambda _: None):
        found[event] = tuple(codes_since(model, since) for model in MODELS)
        since = max(model.objects.latest("created_at").created_at for model in MODELS)
    assert found == EVENTS


def shown(row: Any) -> list[list[tuple[str, str]]]:
    """The reasons of each revision, as people read them."""
    return [
        [(reason.code.value, reason.detail) for reason in revision.reasons]
        for revision in revisions(row)
    ]


@pytest.fixture
def four_windows(source: SourceDatabase) -> SourceDatabase:
    """One bank with reports in four windows, read once; another in two of them."""
    use_profile(history_windows=3)
    IndustryBaseline.objects.create(industry="Banking", baseline_score=0.5)
    for customer in (1, 2):
        source.customer(customer)
        for number in range(0, 4, customer):
            source.reports(customer, at(number), 6, 4)
    backfill(at(0), at(4))
    return source


def test_late_reports_are_counted(four_windows: SourceDatabase) -> None:
    four_windows.reports(1, at(2), fn=3)
    four_windows.sql("DELETE FROM email_samples WHERE id = 1")
    backfill(at(0), at(4), Reprocess.ALL)
    first, second, third, fourth = (
        SentimentScore.objects.current().filter(customer__customer_id=1).order_by("window_start")
    )
    assert shown(first)[1:] == [[("late_reports", "This window was counted again: 1 FN fewer.")]]
    assert shown(second)[1:] == [
        [
            (
                "late_reports_in_history",
                "Earlier windows that the score looks back at were counted again: "
                "2026-01-05 00:00Z (1 FN fewer).",
            )
        ]
    ]
    assert [code for code, _ in shown(third)[1]] == ["late_reports", "late_reports_in_history"]
    (reason,) = revisions(fourth)[1].reasons
    assert list(reason.windows) == [Recount(at(2), 6, 4, 9, 4)], "the first is out of its reach"
    overall = OverallSentiment.objects.current().get(window_start=at(2))
    assert shown(overall)[1:] == [
        [("late_reports", "Windows of 1 customer were counted again: 3 FN more.")]
    ]
    assert {change.field for change in revisions(overall)[1].changes} < set(MEANS)


def test_what_operators_decide_is_named(four_windows: SourceDatabase) -> None:
    IndustryBaseline.objects.update(baseline_score=0.4)
    use_profile(history_windows=3, min_evidence=70, attention_below=0.1)
    backfill(at(0), at(4), Reprocess.ALL)
    score = SentimentScore.objects.current().filter(customer__customer_id=1).latest("window_start")
    assert shown(score)[1:] == [
        [
            (
                "new_profile",
                "Version 3 of the scoring profile took the place of version 2: "
                "min_evidence 5.0 -> 70.0.",
            ),
            ("new_baseline", "The baseline of Banking is 0.4 now; it was 0.5."),
        ]
    ]
    changed = {one.field: (one.before, one.after) for one in revisions(score)[1].changes}
    assert changed["baseline_score"] == (0.5, 0.4)
    assert changed["profile_version"] == (2, 3)
    assert changed["state"] == ("scored", "insufficient_evidence")
    assert "evidence" not in changed
    segment = SegmentSentiment.objects.current().latest("window_start")
    assert shown(segment)[1:] == [
        [
            (
                "new_profile",
                "Scores of 2 customers were computed by another version of the scoring profile, 3 "
                "in the place of 2: min_evidence 5.0 -> 70.0.",
            ),
            (
                "new_baseline",
                "Scores of 2 customers were computed with another baseline: Banking 0.5 -> 0.4.",
            ),
        ]
    ]


def test_a_withdrawn_score_ends_the_list_until_it_comes_back(
    four_windows: SourceDatabase,
) -> None:
    four_windows.sql("DELETE FROM email_samples WHERE customer_id = 2")
    backfill(at(0), at(4), Reprocess.ALL)
    score = SentimentScore.objects.get(customer__customer_id=2, window_start=at(2))
    (only,) = revisions(score)
    assert only.withdrawn
    assert only.withdrawn.at == score.superseded_at
    assert [reason.detail for reason in only.withdrawn.reasons] == [
        "Its 6 FN and 4 FP are no longer in the source."
    ]
    assert succession(score).superseded_by is succession(score).current is None
    four_windows.reports(2, at(2), 6, 4)
    backfill(at(0), at(4), Reprocess.ALL)
    again = SentimentScore.objects.current().get(customer__customer_id=2)
    assert [bool(one.withdrawn) for one in revisions(again)] == [True, False]
    assert shown(again)[1][0] == (
        "late_reports",
        "This window had no reports left; now it has 6 FN and 4 FP.",
    )
    assert succession(score).superseded_by is None
    assert succession(score).current == again.job_id


def test_what_took_the_place_of_a_row(four_windows: SourceDatabase) -> None:
    for _ in range(2):
        four_windows.reports(1, at(0), fn=1)
        backfill(at(0), at(1), Reprocess.ALL)
    rows = list(
        SentimentScore.objects.filter(customer__customer_id=1, window_start=at(0)).order_by(
            "revision"
        )
    )
    after = [succession(row) for row in rows]
    assert [one.superseded_by for one in after] == [rows[1].job_id, rows[2].job_id, None]
    assert {one.current for one in after} == {rows[2].job_id}
    with CaptureQueriesContext(connection) as queries:
        succession(rows[2])
    assert not len(queries)


@pytest.mark.django_db
def test_a_difference_without_a_cause_is_unknown() -> None:
    """Such as by another release."""
    old = SentimentScoreFactory.create(created_at=hour(1), superseded_at=hour(2))
    SentimentScoreFactory.create(
        customer=old.customer, created_at=hour(2), revision=2, sentiment_score=0.1
    )
    assert [code for ((code, _),) in shown(old)] == ["first", "unknown"]
    row = OverallSentimentFactory.create(
        standing_customers=1, created_at=hour(3), superseded_at=hour(4)
    )
    OverallSentimentFactory.create(created_at=hour(4), revision=2, avg_raw_score=0.1)
    assert [code for ((code, _),) in shown(row)] == ["first", "unknown"]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", [SentimentScoreFactory, OverallSentimentFactory])
def test_the_oldest_one_that_is_left_is_not_the_first(factory: Any) -> None:
    """The ones before were pruned."""
    row = factory.create(created_at=hour(1), revision=3)
    assert shown(row) == [
        [("unknown", "The revisions before this one were deleted, so nothing tells what changed.")]
    ]


@pytest.mark.django_db
def test_queries_do_not_grow() -> None:
    """Not with revisions, windows or customers."""

    def grow(numbers: range) -> None:
        for number in numbers:
            SyncJobFactory.create(
                customer=first, window_start=hour(-number), created_at=hour(number)
            )
            for owner in (first, CustomerFactory.create()):
                SentimentScoreFactory.create(
                    customer=owner,
                    fn_count=number,
                    created_at=hour(number),
                    superseded_at=hour(number + 1),
                    revision=number + 1,
                )
            OverallSentimentFactory.create(
                created_at=hour(number) + timedelta(minutes=1),
                superseded_at=hour(number + 1) + timedelta(minutes=1),
                revision=number + 1,
            )

    def queries() -> list[int]:
        counts = []
        for row in (
            SentimentScore.objects.get(customer=first, revision=1),
            OverallSentiment.objects.get(revision=1),
        ):
            with CaptureQueriesContext(connection) as captured:
                assert len(revisions(row)) == len(revisions_of(row))
            counts.append(len(captured) - 1)
        return counts

    first = CustomerFactory.create()
    WindowFactory.create(window_start=hour(0))
    grow(range(3))
    few = queries()
    grow(range(3, 20))
    assert queries() == few == [4, 7]
