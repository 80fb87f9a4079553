"""One hourly run by hand, in SQL: `python -m benchmarks.pipeline.by_hand.hourly`. Reads the new
window and the 23 before it again, for late reports, and revises what rests on what has changed."""

import sqlite3
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.pipeline.by_hand import formulas, local
from benchmarks.pipeline.by_hand.formulas import Counts, Floats, Integers, Scores

AGAIN = 24
_WIDE = 2**24
_HOUR = "(CAST(strftime('%s', {0}) AS INTEGER) / 3600)"
_AT = _HOUR.format("window_start")


def main() -> None:
    """Bring the tables to the last full hour."""
    end = int(time.time() // 3600)
    hours = range(end - AGAIN, end)
    by = uuid.uuid4().hex, local.text(datetime.now(UTC))
    with local.opened() as (source, file):
        industries = local.Industries(file)
        local.store_customers(file, local.read_customers(source, _newest_change(file)), industries)
        table = local.read_counts(source, hours)
        local.cover(file, table, hours, by[1])
        people = _People.of(file, industries)
        changed = _store_counts(file, table, people, hours, by)
        _store_scores(file, changed, people, hours, by)
        _store_aggregates(file, people, hours, by)
        _carry(file, hours)
        local.close(file, by, "schedule", hours, int(table[2:4].sum()))


def _newest_change(file: sqlite3.Connection) -> datetime:
    row = file.execute("SELECT max(source_updated_at) FROM sentiment_api_customer").fetchone()
    return datetime.fromisoformat(row[0]) - timedelta(hours=1)


@dataclass(frozen=True)
class _People:
    """Customers: places of their industries by local key, and local keys by that of the source."""

    key: dict[int, int]
    group: Integers
    names: list[str]
    baseline: Floats

    @classmethod
    def of(cls, file: sqlite3.Connection, industries: local.Industries) -> "_People":
        rows = file.execute("SELECT customer_id, id, industry FROM sentiment_api_customer")
        source_id, key, industry = zip(*rows.fetchall(), strict=True)
        names = sorted(set(industry))
        place = {name: at for at, name in enumerate(names)}
        group = np.zeros(max(key) + 1, dtype=np.int64)
        group[list(key)] = [place[name] for name in industry]
        baseline = np.array([industries.baseline.get(name, np.nan) for name in names])
        return cls(dict(zip(source_id, key, strict=True)), group, names, baseline)


def _rows(file: sqlite3.Connection, sql: str, params: Any, kinds: str) -> list[NDArray[Any]]:
    """The columns of an answer; q, d and O: integers, floats and objects."""
    rows = file.execute(sql, params).fetchall()
    columns = zip(*rows, strict=True) if rows else ([] for _ in kinds)
    return [np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True)]


def _store_counts(
    file: sqlite3.Connection,
    table: NDArray[np.int64],
    people: _People,
    hours: range,
    by: tuple[str, str],
) -> Integers:
    """Write the counts that are new or differ; their keys."""
    table = table[:, table[2] + table[3] > 0]
    customer = np.array([people.key[source_id] for source_id in table[0].tolist()])
    order = np.lexsort((table[1], customer))
    counts = Counts(customer[order], *(column[order] for column in table[1:4]))
    stored = _rows(
        file,
        f"SELECT customer_id, {_AT}, fn_count, fp_count, revision, job_id "  # noqa: S608
        "FROM sentiment_api_syncjob WHERE superseded_at IS NULL AND window_start >= ?",
        [_time(hours.start)],
        "qqqqqO",
    )
    key, known = counts.customer * _WIDE + counts.hour, stored[0] * _WIDE + stored[1]
    new, revision, ended = _difference(key, [counts.fn, counts.fp], known, stored[2:])
    _supersede(file, "sentiment_api_syncjob", ended, by[1])
    local.write_counts(file, counts.where(new), by, revision)
    return key[new]


def _difference(
    key: Integers, wanted: list[Floats] | list[Integers], known: Integers, stored: list[Any]
) -> tuple[Integers, Integers, list[str]]:
    """The places of wanted rows that are not there so, their revisions, and the rows they end.
    `stored` has the same columns as `wanted`, then revision and `job_id`."""
    order = np.argsort(known)
    place = np.minimum(np.searchsorted(known, key, sorter=order), max(len(known) - 1, 0))
    partner = order[place] if len(known) else place
    there = known[partner] == key if len(known) else np.zeros(len(key), dtype=bool)
    same = there.copy()
    for mine, theirs in zip(wanted, stored, strict=False):
        same[there] &= np.abs(mine[there] - theirs[partner[there]]) < 1e-9
    revised = there & ~same
    revision = np.ones(len(key), dtype=np.int64)
    revision[revised] = stored[-2][partner[revised]] + 1
    return np.flatnonzero(~same), revision[~same], stored[-1][partner[revised]].tolist()


def _supersede(file: sqlite3.Connection, table: str, ended: list[str], now: str) -> None:
    file.executemany(
        f"UPDATE {table} SET superseded_at = ? WHERE job_id = ?",  # noqa: S608
        [(now, job_id) for job_id in ended],
    )


def _store_scores(
    file: sqlite3.Connection,
    changed: Integers,
    people: _People,
    hours: range,
    by: tuple[str, str],
) -> None:
    """Write the scores that the changed counts make new or different, and carry the newest."""
    customers = np.unique(changed // _WIDE)
    counts = _histories(file, customers.tolist(), hours)
    group = people.group[counts.customer]
    found = formulas.scores(counts, people.baseline[group])
    here = counts.hour >= hours.start
    counts, group = counts.where(here), group[here]
    found = Scores(*(column[here] for column in vars(found).values()))
    stored = _rows(
        file,
        f"SELECT customer_id, {_AT}, sentiment_score, raw_score, score_low, score_high, "  # noqa: S608
        "evidence, fn_count, fp_count, revision, job_id FROM sentiment_api_sentimentscore "
        "WHERE superseded_at IS NULL AND window_start >= ?",
        [_time(hours.start)],
        "qqdddddqqqO",
    )
    key, known = counts.customer * _WIDE + counts.hour, stored[0] * _WIDE + stored[1]
    wanted = [*vars(found).values(), counts.fn, counts.fp]
    new, revision, ended = _difference(key, wanted, known, stored[2:])
    _supersede(file, "sentiment_api_sentimentscore", ended, by[1])
    counts, group = counts.where(new), group[new]
    found = Scores(*(column[new] for column in vars(found).values()))
    (profile,) = file.execute("SELECT id FROM config_scoringprofile WHERE is_active").fetchone()
    columns = local.score_columns(counts, found, people.names, group, people.baseline)
    columns |= {**local.result(*by, counts.hour, revision), "profile_id": profile}
    local.insert(file, "sentiment_api_sentimentscore", columns)
    file.executemany(
        "UPDATE sentiment_api_customer SET (current_score_id, current_sentiment, current_state, "
        "last_window_start) = (SELECT job_id, sentiment_score, state, window_start "
        "FROM sentiment_api_sentimentscore WHERE customer_id = sentiment_api_customer.id "
        "AND superseded_at IS NULL ORDER BY window_start DESC LIMIT 1) WHERE id = ?",
        [(customer,) for customer in customers.tolist()],
    )


def _histories(file: sqlite3.Connection, customers: list[int], hours: range) -> Counts:
    """The counts that scores of these windows rest on: as many windows back as count."""
    most = len(hours) + formulas.HISTORY - 1
    earliest = _time(hours.start - formulas.MAX_AGE)
    rows: list[tuple[int, ...]] = []
    for customer in customers:
        rows += file.execute(
            f"SELECT customer_id, {_AT}, fn_count, fp_count FROM sentiment_api_syncjob "  # noqa: S608
            "WHERE customer_id = ? AND superseded_at IS NULL AND window_start > ? "
            "ORDER BY window_start DESC LIMIT ?",
            (customer, earliest, most),
        ).fetchall()[::-1]
    return Counts(*np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy())


def _store_aggregates(
    file: sqlite3.Connection, people: _People, hours: range, by: tuple[str, str]
) -> None:
    columns = (
        f"customer_id, {_AT}, fn_count, fp_count, sentiment_score, raw_score, score_low, "
        "score_high, evidence"
    )
    scores = "sentiment_api_sentimentscore"
    parts = _rows(
        file,
        f"SELECT {columns} FROM {scores} WHERE superseded_at IS NULL AND window_start >= ?1 "  # noqa: S608
        f"UNION ALL SELECT {columns} FROM {scores} WHERE job_id IN (SELECT ("
        f"SELECT job_id FROM {scores} AS h WHERE h.customer_id = c.id AND h.superseded_at IS NULL "
        "AND h.window_start < ?1 AND h.window_start > ?2 ORDER BY h.window_start DESC LIMIT 1) "
        "FROM sentiment_api_customer AS c)",
        [_time(hours.start), _time(hours.start - formulas.MAX_AGE)],
        "qqqqddddd",
    )
    order = np.lexsort((parts[1], parts[0]))
    parts = [part[order] for part in parts]
    counts, found = Counts(*parts[:4]), Scores(*parts[4:])
    group = people.group[counts.customer]
    segments = formulas.aggregates(counts, found, group, hours, len(people.names))
    _store_level(file, "segment", segments, people.names, hours, by)
    overall = formulas.aggregates(counts, found, np.zeros_like(group), hours, 1)
    _store_level(file, "overall", overall, [], hours, by)


def _store_level(
    file: sqlite3.Connection,
    level: str,
    columns: dict[str, NDArray[Any]],
    names: list[str],
    hours: range,
    by: tuple[str, str],
) -> None:
    table = f"sentiment_api_{level}sentiment"
    place = {name: at for at, name in enumerate(names)}
    industry = "industry" if names else "''"
    stored = _rows(
        file,
        f"SELECT {industry}, {_AT}, {', '.join(columns)}, revision, job_id FROM {table} "  # noqa: S608
        "WHERE superseded_at IS NULL AND window_start >= ?",
        [_time(hours.start)],
        "Oq" + "d" * len(columns) + "qO",
    )
    group = np.array([place.get(name, 0) for name in stored[0]], dtype=np.int64)
    known = group * len(hours) + stored[1] - hours.start
    there = columns["total_customers"] + columns["standing_customers"] > 0
    cell = np.flatnonzero(there | (not names))
    wanted = [np.nan_to_num(column[cell]) for column in columns.values()]
    values = [np.nan_to_num(column) for column in stored[2:-2]]
    new, revision, ended = _difference(cell, wanted, known, [*values, *stored[-2:]])
    _supersede(file, table, ended, by[1])
    rows: dict[str, Any] = {name: column[cell[new]] for name, column in columns.items()}
    rows |= local.result(*by, hours.start + cell[new] % len(hours), revision)
    if names:
        rows["industry"] = [names[at] for at in (cell[new] // len(hours)).tolist()]
    local.insert(file, table, rows)


def _carry(file: sqlite3.Connection, hours: range) -> None:
    """How all customers change: windows came, and windows left what is compared."""
    middle, start = hours.stop - formulas.RECENT, hours.stop - formulas.MAX_AGE
    ids, stored = _carried(file)
    both = []
    for first, last in ((middle, hours.stop), (start, middle)):
        rows = _rows(
            file,
            "SELECT c.id, count(*), sum(fn_count), sum(fp_count), "
            "sum(fn_count * fn_count), sum(fn_count * fp_count), sum(fp_count * fp_count) "
            "FROM sentiment_api_customer AS c CROSS JOIN sentiment_api_syncjob AS s "
            "WHERE s.customer_id = c.id AND s.superseded_at IS NULL AND s.window_start >= ? "
            "AND s.window_start < ? AND fn_count + fp_count > 0 GROUP BY c.id",
            [_time(first), _time(last)],
            "qdddddd",
        )
        sums = np.zeros((6, len(ids)))
        sums[:, np.searchsorted(ids, rows[0])] = rows[1:]
        both.append(sums)
    wanted = formulas.changes(*both)
    same = [
        (np.abs(column - stored[name]) < 1e-9) | (np.isnan(column) & np.isnan(stored[name]))
        for name, column in wanted.items()
    ]
    different = ~np.logical_and.reduce(same)
    values = [local.values(column[different]) for column in wanted.values()]
    file.executemany(
        f"UPDATE sentiment_api_customer SET {', '.join(f'{name} = ?' for name in wanted)} "  # noqa: S608
        "WHERE id = ?",
        zip(*values, ids[different].tolist(), strict=True),
    )


def _carried(file: sqlite3.Connection) -> tuple[Integers, dict[str, Floats]]:
    names = (
        *("recent_fn", "recent_fp", "before_fn", "before_fp", "dispersion"),
        *("change", "change_low", "change_high"),
    )
    sql = f"SELECT id, {', '.join(names)} FROM sentiment_api_customer ORDER BY id"  # noqa: S608
    ids, *columns = _rows(file, sql, [], "q" + "d" * len(names))
    return ids, dict(zip(names, columns, strict=True))


def _time(hour: int) -> str:
    return local.times(np.array([hour]))[0]


if __name__ == "__main__":
    main()
