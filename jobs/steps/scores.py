"""Step 2, `calculate_sentiment_scores`: computes what is owed, from counts alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from config.models import IndustryBaseline, ScoringProfile
from jobs import bulk, locks, owed
from jobs.histories import read_histories
from jobs.ledger import Ledger, StepResult
from jobs.models import OwedScore
from jobs.norms import norms_of
from jobs.range_scores import Counts, Norms, RangeScores, method_names, score_range
from jobs.revisions import Stored, among, compare
from jobs.row_keys import row_key, split_key
from jobs.steps.standing import SharedScores, score_rows
from sentiment_api import version
from sentiment_api.identifiers import time_ordered_keys
from sentiment_api.models import Customer, ScoreState, SentimentScore

OWED_PER_CHUNK = 100_000


def calculate_sentiment_scores(ledger: Ledger, shared: SharedScores) -> bool:
    """Compute one chunk of owed scores. Is there more to do?"""
    if not score_chunk(ledger, OWED_PER_CHUNK, shared):
        owed.wait_for_others(OwedScore.objects.order_by("key"))
    return OwedScore.objects.exists()


def score_chunk(ledger: Ledger, most: int, shared: SharedScores | None = None) -> bool:
    """Compute one chunk of owed scores that nobody else has at hand; False when there is none."""
    with transaction.atomic():
        result = _score_chunk(ledger, most, shared)
    if result is None:
        return False
    ledger.progress(result)
    return True


def _score_chunk(ledger: Ledger, most: int, shared: SharedScores | None) -> StepResult | None:
    due = _take_owed(most)
    if not len(due.key):
        return None
    profile = ScoringProfile.active()
    counts = _history(due, profile)
    industries = _industries(due, profile)
    wanted = _wanted(due, counts, industries, profile)
    written = _write(due, wanted, profile, ledger)
    _settle(due)
    locks.check_references()
    # Others wait for windows and the version: they come last.
    owed.mark_windows(written.hours, profile.max_age_hours)
    version.bump()
    if shared is not None:
        shared.wrote(written.scores)
    return StepResult(written=written.rows)


@dataclass(frozen=True)
class _Due:
    """Owed scores, by rising key: customer by customer (local keys), and hour by hour."""

    key: NDArray[np.int64]

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last key."""
        return int(self.key[0]), int(self.key[-1])

    @property
    def customers(self) -> tuple[int, int]:
        """The first and the last customer."""
        first, last = split_key(self.key[[0, -1]])[0].tolist()
        return first, last


def _take_owed(most: int) -> _Due:
    rows = bulk.read(
        f"SELECT key FROM {bulk.table(OwedScore)} ORDER BY key LIMIT {most:d} "  # noqa: S608
        f"{bulk.for_update(skip_locked=True)}",
        [],
        {"key": "i8"},
    )
    return _Due(np.ascontiguousarray(rows["key"]))


def _history(due: _Due, profile: ScoringProfile) -> Counts:
    """The counts that the owed scores rest on."""
    customer, _ = bulk.split_key("key")
    first, last = (bulk.start_of(bulk.split_key(key)[1]) for key in ("min(key)", "max(key)"))
    spans = f"""
        SELECT {customer} AS customer_id, {first} AS first, {last} AS last
        FROM {bulk.table(OwedScore)} WHERE key BETWEEN %s AND %s GROUP BY {customer}"""  # noqa: S608
    return read_histories(spans, due.span, profile)


@dataclass(frozen=True)
class _Industries:
    """The industry of each customer in a span, and what is normal there."""

    customer: NDArray[np.int64]
    name: NDArray[np.object_]
    norms: Norms

    def of(self, customers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of these customers."""
        return np.searchsorted(self.customer, customers)


def _industries(due: _Due, profile: ScoringProfile) -> _Industries:
    rows = bulk.read(
        f"SELECT id, industry FROM {bulk.table(Customer)} WHERE id BETWEEN %s AND %s ORDER BY id",  # noqa: S608
        due.customers,
        {"customer": "i8", "name": "O"},
    )
    norms = norms_of(rows["name"], IndustryBaseline.by_key(), profile)
    return _Industries(np.ascontiguousarray(rows["customer"]), rows["name"], norms)


@dataclass(frozen=True)
class _Wanted:
    """The scores that should be there for the owed rows."""

    key: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]


def _wanted(due: _Due, counts: Counts, industries: _Industries, profile: ScoringProfile) -> _Wanted:
    place = industries.of(counts.customer)
    norms = industries.norms.at(place)
    scores = score_range(counts, norms, profile)
    key = row_key(counts.customer, counts.hour)
    here = among(key, due.key)
    columns = _columns(counts, scores, profile) | {
        "baseline_score": np.where(scores.normalized, norms.baseline, np.nan),
        "industry": industries.name[place],
    }
    return _Wanted(key[here], {name: column[here] for name, column in columns.items()})


def _columns(
    counts: Counts, scores: RangeScores, profile: ScoringProfile
) -> dict[str, NDArray[Any]]:
    enough = scores.rest_on(profile.min_evidence)
    states = np.array([ScoreState.INSUFFICIENT_EVIDENCE, ScoreState.SCORED], dtype=object)
    return {
        "sentiment_score": scores.score,
        "raw_score": scores.raw,
        "score_low": scores.low,
        "score_high": scores.high,
        "evidence": scores.evidence,
        "fn_count": counts.fn,
        "fp_count": counts.fp,
        "state": states[enough.astype(np.int64)],
        "calculation_method": np.array(method_names(scores, profile), dtype=object),
    }


@dataclass(frozen=True)
class _Written:
    """How many rows differed, their hours, and the new ones as `score_rows`."""

    rows: int
    hours: NDArray[np.int64]
    scores: NDArray[np.void]


def _write(due: _Due, wanted: _Wanted, profile: ScoringProfile, ledger: Ledger) -> _Written:
    """Write what differs from the stored scores."""
    stored = _stored(due, wanted)
    difference = compare(wanted.key, wanted.columns, stored)
    now = bulk.instant(timezone.now())
    customer, hour = split_key(wanted.key[difference.changed])
    gone_customer, gone_hour = split_key(stored.key[difference.vanished])
    bulk.supersede(SentimentScore, difference.ended, now)
    rows = bulk.insert(
        SentimentScore,
        len(hour),
        {
            "job_id": time_ordered_keys(len(hour)),
            "customer_id": customer.tolist(),
            "window_start": bulk.hour_values(hour.tolist()),
            "window_end": bulk.hour_values(hour.tolist(), later=1),
            **{
                name: bulk.nullable(column[difference.changed])
                for name, column in wanted.columns.items()
            },
            "profile_id": profile.pk,
            "run_id": ledger.run.run_id.hex,
            "revision": difference.revision.tolist(),
            "created_at": now,
        },
    )
    touched = np.r_[hour, gone_hour]
    if len(touched):
        _carry_current(np.unique(np.r_[customer, gone_customer]).tolist())
    new = {name: column[difference.changed] for name, column in wanted.columns.items()}
    return _Written(rows + len(gone_hour), touched, score_rows(customer, hour, new))


def _stored(due: _Due, wanted: _Wanted) -> Stored:
    """The current scores of the owed rows."""
    types = {name: column.dtype for name, column in wanted.columns.items()}
    customer, hour = bulk.split_key("o.key")
    rows = bulk.read(
        f"""
        SELECT s.customer_id, {bulk.epoch_hour("s.window_start")}, s.job_id, s.revision,
            {", ".join(f"s.{name}" for name in types)}
        FROM {bulk.table(OwedScore)} AS o
        JOIN {bulk.table(SentimentScore)} AS s ON s.customer_id = {customer}
            AND s.window_start = {bulk.start_of(hour)} AND s.superseded_at IS NULL
        WHERE o.key BETWEEN %s AND %s""",  # noqa: S608
        due.span,
        {"customer": "i8", "hour": "i8", "job_id": "O", "revision": "i8"} | types,
    )
    rows = rows[np.isin(row_key(rows["customer"], rows["hour"]), due.key)]
    return Stored.of(row_key(rows["customer"], rows["hour"]), rows, types)


def _carry_current(customers: list[int]) -> None:
    """Let the customers carry their newest score."""
    condition, params = bulk.any_of("id", customers)
    table = bulk.table(Customer)
    bulk.fetch(f"SELECT id FROM {table} WHERE {condition} ORDER BY id {bulk.for_update()}", params)  # noqa: S608
    bulk.execute(
        f"""
        UPDATE {table}
        SET (current_score_id, current_sentiment, current_state, last_window_start) = (
            SELECT s.job_id, s.sentiment_score, s.state, s.window_start
            FROM {bulk.table(SentimentScore)} AS s
            WHERE s.customer_id = {table}.id AND s.superseded_at IS NULL
            ORDER BY s.window_start DESC LIMIT 1)
        WHERE {condition}""",  # noqa: S608
        params,
    )


def _settle(due: _Due) -> None:
    """Clear the marks of the rows that were computed."""
    keys, params = bulk.each(due.key)
    bulk.execute(f"DELETE FROM {bulk.table(OwedScore)} WHERE key IN ({keys})", params)  # noqa: S608
