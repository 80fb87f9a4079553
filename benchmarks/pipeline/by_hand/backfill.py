"""A first backfill into empty tables by hand: `python -m benchmarks.pipeline.by_hand.backfill START
STOP` (hours since 1970). Everything is read in slices, computed at once and written once."""

import sqlite3
import sys
import uuid
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.pipeline.by_hand import formulas, local
from benchmarks.pipeline.by_hand.formulas import Counts, Floats, Integers, Scores

SLICE = 48


def main(hours: range) -> None:
    """Fill the tables."""
    run, now = uuid.uuid4().hex, local.text(datetime.now(UTC))
    with local.opened() as (source, file):
        industries = local.Industries(file)
        local.store_customers(file, local.read_customers(source), industries)
        parts = [range(at, min(at + SLICE, hours.stop)) for at in hours[::SLICE]]
        table = np.concatenate([local.read_counts(source, part) for part in parts], axis=1)
        known = file.execute("SELECT customer_id, id, industry FROM sentiment_api_customer")
        source_id, key, industry = zip(*known.fetchall(), strict=True)
        local.cover(file, table, hours, now)
        counts = _sorted(table, dict(zip(source_id, key, strict=True)))
        names = sorted(set(industry))
        group_of = np.zeros(max(key) + 1, dtype=np.int64)
        group_of[list(key)] = [names.index(name) for name in industry]
        group = group_of[counts.customer]
        baselines = np.array([industries.baseline.get(name, np.nan) for name in names])
        found = formulas.scores(counts, baselines[group])
        local.write_counts(file, counts, (run, now))
        scores = _write_scores(file, counts, found, names, group, baselines, (run, now))
        _write_aggregates(file, counts, found, names, group, hours, (run, now))
        _carry(file, counts, found, scores, hours)
        local.close(file, (run, now), "backfill", hours, int(table[2:4].sum()))


def _sorted(table: NDArray[np.int64], key: dict[int, int]) -> Counts:
    customer = np.array([key[source_id] for source_id in table[0].tolist()])
    order = np.lexsort((table[1], customer))
    order = order[(table[2] + table[3])[order] > 0]
    return Counts(customer[order], table[1][order], table[2][order], table[3][order])


def _write_scores(
    file: sqlite3.Connection,
    counts: Counts,
    found: Scores,
    names: list[str],
    group: Integers,
    baselines: Floats,
    by: tuple[str, str],
) -> dict[str, Any]:
    """Write the scores; their columns."""
    (profile,) = file.execute("SELECT id FROM config_scoringprofile WHERE is_active").fetchone()
    columns = local.score_columns(counts, found, names, group, baselines)
    columns |= {**local.result(*by, counts.hour), "profile_id": profile}
    local.insert(file, "sentiment_api_sentimentscore", columns)
    return columns


def _write_aggregates(
    file: sqlite3.Connection,
    counts: Counts,
    found: Scores,
    names: list[str],
    group: Integers,
    hours: range,
    by: tuple[str, str],
) -> None:
    one = np.zeros_like(group)
    for table, which, groups in (("segment", group, len(names)), ("overall", one, 1)):
        columns = formulas.aggregates(counts, found, which, hours, groups)
        there = (columns["total_customers"] + columns["standing_customers"] > 0) | (
            table == "overall"
        )
        cell = np.flatnonzero(there)
        rows: dict[str, Any] = {name: column[cell] for name, column in columns.items()}
        rows |= local.result(*by, hours.start + cell % len(hours))
        if table == "segment":
            rows["industry"] = [names[at] for at in (cell // len(hours)).tolist()]
        local.insert(file, f"sentiment_api_{table}sentiment", rows)


def _carry(
    file: sqlite3.Connection,
    counts: Counts,
    found: Scores,
    scores: dict[str, Any],
    hours: range,
) -> None:
    """Each customer's newest score, and how it changes."""
    last = np.flatnonzero(np.r_[counts.customer[1:] != counts.customer[:-1], True])
    customer = counts.customer[last]
    place = np.searchsorted(customer, counts.customer)
    recent_from = hours.stop - formulas.RECENT
    recent = _sums(counts, place, (counts.hour >= recent_from))
    compared = counts.hour >= hours.stop - max(formulas.MAX_AGE, 2 * formulas.RECENT)
    before = _sums(counts, place, compared & (counts.hour < recent_from))
    carried = formulas.changes(recent, before)
    columns: dict[str, list[Any]] = {
        "current_score_id": [scores["job_id"][at] for at in last.tolist()],
        "current_sentiment": found.score[last].tolist(),
        "current_state": [scores["state"][at] for at in last.tolist()],
        "last_window_start": [scores["window_start"][at] for at in last.tolist()],
        **{name: local.values(column) for name, column in carried.items()},
    }
    file.executemany(
        f"UPDATE sentiment_api_customer SET {', '.join(f'{name} = ?' for name in columns)} "  # noqa: S608
        "WHERE id = ?",
        zip(*columns.values(), customer.tolist(), strict=True),
    )


def _sums(counts: Counts, place: Integers, here: NDArray[np.bool_]) -> Floats:
    fn, fp = counts.fn[here].astype(np.float64), counts.fp[here].astype(np.float64)
    size = int(place[-1]) + 1
    parts = (np.ones_like(fn), fn, fp, fn * fn, fn * fp, fp * fp)
    return np.stack([np.bincount(place[here], part, size) for part in parts])


if __name__ == "__main__":
    main(range(int(sys.argv[1]), int(sys.argv[2])))
