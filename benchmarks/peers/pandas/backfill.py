"""The tables filled as a user of pandas does: data frames, and `to_sql` into the SQLite file.

SOURCE_URL=postgresql://... LOCAL_FILE=... python backfill.py START STOP    (hours since 1970)
"""

import os
import sqlite3
import sys
import uuid
import warnings
from contextlib import closing

import numpy as np
import pandas as pd
import psycopg2

CUSTOMER = (
    "SELECT customer_id, company_name, industry, contact_person, phone, address, city, state, "
    "country, postal_code, created_at AS source_created_at, updated_at AS source_updated_at "
    "FROM customers ORDER BY customer_id"
)
COUNTS = (
    "SELECT customer_id AS source_id, date_trunc('hour', reported_at) AS window_start, "
    "count(*) FILTER (WHERE upper(sample_type) = 'FN') AS fn_count, "
    "count(*) FILTER (WHERE upper(sample_type) = 'FP') AS fp_count, count(*) AS reports "
    "FROM email_samples WHERE reported_at >= %s AND reported_at < %s "
    "GROUP BY 1, 2 ORDER BY 1, 2"
)
HOUR = pd.Timedelta(hours=1)
MEASURES = ["sentiment_score", "raw_score", "score_low", "score_high"]


def main(first: int, last: int) -> None:
    start, end = pd.Timestamp(first, unit="h"), pd.Timestamp(last, unit="h")
    warnings.filterwarnings("ignore", message=".*SQLAlchemy.*")
    with (
        closing(psycopg2.connect(os.environ["SOURCE_URL"])) as source,
        closing(sqlite3.connect(os.environ["LOCAL_FILE"])) as local,
    ):
        local.executescript(
            "PRAGMA foreign_keys=ON; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA cache_size=-65536; PRAGMA wal_autocheckpoint=8000; PRAGMA temp_store=MEMORY;"
        )
        customers = pd.read_sql(CUSTOMER, source)
        counts = pd.read_sql(COUNTS, source, params=(start, end))
        baselines = pd.read_sql(
            "SELECT industry, baseline_score FROM config_industrybaseline", local
        )
        profile = pd.read_sql("SELECT id FROM config_scoringprofile WHERE is_active", local)
        customers = named(customers, baselines)
        hours = pd.date_range(start, end, freq="h", inclusive="left")
        write(local, "jobs_window", windows(counts, hours))
        counts = counts[counts.fn_count + counts.fp_count > 0]
        counts = counts.merge(
            customers[["id", "customer_id", "industry"]],
            left_on="source_id",
            right_on="customer_id",
        ).assign(customer_id=lambda frame: frame.id)
        scores = scored(counts, baselines, int(profile.id[0]))
        newest = scores.groupby("customer_id").last()
        carried = changes(counts, end).join(
            newest.rename(
                columns={
                    "job_id": "current_score_id",
                    "sentiment_score": "current_sentiment",
                    "state": "current_state",
                    "window_start": "last_window_start",
                }
            )[["current_score_id", "current_sentiment", "current_state", "last_window_start"]]
        )
        silent = dict.fromkeys(["recent_fn", "recent_fp", "before_fn", "before_fp"], 0)
        write(local, "sentiment_api_customer", customers.assign(**silent, dispersion=1.0))
        rows = results(counts).assign(read_at=pd.Timestamp.now())
        drop = ["source_id", "id", "reports", "industry"]
        write(local, "sentiment_api_syncjob", rows.drop(columns=drop))
        write(local, "sentiment_api_sentimentscore", scores)
        segments, overall = aggregated(scores, hours)
        write(local, "sentiment_api_segmentsentiment", segments)
        write(local, "sentiment_api_overallsentiment", overall)
        write(local, "sentiment_api_comparedspan", span(end))
        update(local, carried)
        local.commit()


def named(customers: pd.DataFrame, baselines: pd.DataFrame) -> pd.DataFrame:
    """With their industries as they are shown: as first seen, baselines first."""
    spelt = customers.industry.fillna("").str.strip().replace("", "Unknown")
    key = spelt.str.casefold()
    shown = spelt.groupby(key).first().to_dict()
    shown |= {name.casefold(): name for name in baselines.industry}
    now = pd.Timestamp.now()
    texts = customers.columns[3:10]
    return customers.assign(
        **customers[texts].fillna(""),
        id=np.arange(1, len(customers) + 1),
        industry=key.map(shown),
        is_placeholder=0,
        created_at=now,
        updated_at=now,
    )


def windows(counts: pd.DataFrame, hours: pd.DatetimeIndex) -> pd.DataFrame:
    counts = counts.assign(both=counts.fn_count + counts.fp_count)
    sums = counts.groupby("window_start")[["both", "reports"]].sum().reindex(hours, fill_value=0)
    now = pd.Timestamp.now()
    return pd.DataFrame(
        {
            "window_start": hours,
            "window_end": hours + HOUR,
            "read_at": now,
            "covered_at": now,
            "reports": sums.both.to_numpy(),
            "rejected": (sums.reports - sums.both).to_numpy(),
            "segments_owed": 0,
            "totals_owed": 0,
        }
    )


def results(frame: pd.DataFrame) -> pd.DataFrame:
    """With the columns of all results."""
    now = pd.Timestamp.now()
    return frame.assign(
        job_id=[uuid.uuid4().hex for _ in range(len(frame))],
        window_end=frame.window_start + HOUR,
        revision=1,
        created_at=now,
    )


def wilson(share: pd.Series, n: pd.Series, z: float) -> tuple[pd.Series, pd.Series]:
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (centre - half).clip(0, 1), (centre + half).clip(0, 1)


def scored(counts: pd.DataFrame, baselines: pd.DataFrame, profile: int) -> pd.DataFrame:
    reports = (counts.fn_count + counts.fp_count).astype(float)
    frame = pd.DataFrame({"ratio": counts.fn_count / reports, "reports": reports})
    frame["window_start"] = counts.window_start
    groups = frame.groupby(counts.customer_id)
    weights, weighted, spread = 1.0, frame.ratio, 1 / reports
    for back in range(1, 10):
        before = groups.shift(back)
        near = frame.window_start - before.window_start < pd.Timedelta(hours=240)
        weight = near * 0.9**back
        weights = weights + weight
        weighted = weighted + (weight * before.ratio).fillna(0)
        spread = spread + (weight**2 / before.reports).fillna(0)
    raw, evidence = (weighted / weights).clip(0, 1), weights**2 / spread
    baseline = counts.industry.map(baselines.set_index("industry").baseline_score)
    known = baseline.notna()
    final, low, high = (
        (0.5 + (value / baseline - 1) * 0.5).clip(0, 1).where(known, value)
        for value in (raw, *wilson(raw, evidence, 1.6449))
    )
    return results(
        pd.DataFrame(
            {
                "customer_id": counts.customer_id,
                "window_start": counts.window_start,
                "industry": counts.industry,
                "sentiment_score": final,
                "raw_score": raw,
                "score_low": low,
                "score_high": high,
                "evidence": evidence,
                "state": np.where(evidence >= 5, "scored", "insufficient_evidence"),
                "calculation_method": np.where(
                    known, "weighted_average_normalized", "weighted_average"
                ),
                "baseline_score": baseline,
                "fn_count": counts.fn_count,
                "fp_count": counts.fp_count,
                "profile_id": profile,
            }
        )
    )


def aggregated(scores: pd.DataFrame, hours: pd.DatetimeIndex) -> tuple[pd.DataFrame, pd.DataFrame]:
    following = scores.groupby("customer_id").window_start.shift(-1)
    end = (scores.window_start + 240 * HOUR).clip(upper=hours[-1] + HOUR)
    end = following.where(following < end, end)
    length = ((end - scores.window_start) / HOUR).astype(int)
    scores = scores.assign(squared=((scores.score_high - scores.score_low) / 2) ** 2)
    standing = scores.loc[scores.index.repeat(length)]
    standing["window_start"] += standing.groupby(level=0).cumcount() * HOUR
    return (
        level(scores, standing, ["window_start", "industry"]),
        level(scores, standing, ["window_start"]),
    )


def level(scores: pd.DataFrame, standing: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    totals = scores.groupby(keys).agg(
        total_customers=("sentiment_score", "size"),
        avg_sentiment_score=("sentiment_score", "mean"),
        avg_raw_score=("raw_score", "mean"),
        total_fn_count=("fn_count", "sum"),
        total_fp_count=("fp_count", "sum"),
    )
    means = standing.groupby(keys).agg(
        standing_customers=("sentiment_score", "size"),
        standing_sentiment_score=("sentiment_score", "mean"),
        squared=("squared", "sum"),
    )
    half = np.sqrt(means.squared) / means.standing_customers
    means["standing_low"] = (means.standing_sentiment_score - half).clip(0, 1)
    means["standing_high"] = (means.standing_sentiment_score + half).clip(0, 1)
    both = totals.join(means.drop(columns="squared"), how="outer").reset_index()
    counted = ["total_customers", "total_fn_count", "total_fp_count", "standing_customers"]
    both[counted] = both[counted].fillna(0).astype(int)
    return results(both)


def sums(counts: pd.DataFrame) -> pd.DataFrame:
    fn, fp = counts.fn_count.astype(float), counts.fp_count.astype(float)
    frame = pd.DataFrame({"windows": 1.0, "fn": fn, "fp": fp})
    frame["fn_fn"], frame["fn_fp"], frame["fp_fp"] = fn * fn, fn * fp, fp * fp
    return frame.groupby(counts.customer_id).sum()


def changes(counts: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    here = counts.window_start >= end - 24 * HOUR
    old = ~here & (counts.window_start >= end - 240 * HOUR)
    recent, before = sums(counts[here]), sums(counts[old])
    recent, before = recent.align(before, fill_value=0.0)
    both = recent + before
    p, q = both.fn / (both.fn + both.fp), both.fp / (both.fn + both.fp)
    variance = q * q * both.fn_fn - 2 * p * q * both.fn_fp + p * p * both.fp_fp
    variance *= both.windows / (both.windows - 1)
    expected = both.fn * both.fp / (both.fn + both.fp)
    ratio = (variance / expected).where(expected > 0, 1.0).where(both.windows > 1)
    dispersion = ratio.fillna(1.0).clip(lower=1.0)
    there = (recent.fn + recent.fp > 0) & (before.fn + before.fp > 0)
    new, new_n = share(recent, dispersion, there)
    past, past_n = share(before, dispersion, there)
    few = np.minimum(new_n, past_n) < 5
    new_low, new_high = bounds(new, new_n, few)
    past_low, past_high = bounds(past, past_n, few)
    change = new - past
    low = change - np.hypot(new - new_low, past_high - past)
    high = change + np.hypot(new_high - new, past - past_low)
    return pd.DataFrame(
        {
            "recent_fn": recent.fn,
            "recent_fp": recent.fp,
            "before_fn": before.fn,
            "before_fp": before.fp,
            "dispersion": dispersion,
            "change": change,
            "change_low": low.clip(lower=-1),
            "change_high": high.clip(upper=1),
        }
    )


def bounds(value: pd.Series, n: pd.Series, few: pd.Series) -> tuple[pd.Series, pd.Series]:
    z = 1.96
    below = z * z - 2 - 1 / n + 4 * value * (n * (1 - value) + 1)
    above = z * z + 2 - 1 / n + 4 * value * (n * (1 - value) - 1)
    low = (2 * n * value + z * z - 1 - z * np.sqrt(below)) / (2 * (n + z * z))
    high = (2 * n * value + z * z + 1 + z * np.sqrt(above)) / (2 * (n + z * z))
    low = low.clip(lower=0).where((n >= 1) & (value > 0), 0.0)
    high = high.clip(upper=1).where((n >= 1) & (value < 1), 1.0)
    usual_low, usual_high = wilson(value, n, z)
    return low.where(few, usual_low), high.where(few, usual_high)


def share(
    period: pd.DataFrame, dispersion: pd.Series, there: pd.Series
) -> tuple[pd.Series, pd.Series]:
    reports = (period.fn + period.fp).where(there)
    value = period.fn / reports
    return value, (reports / dispersion).round(9)


def span(end: pd.Timestamp) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [1],
            "before_start": [end - 240 * HOUR],
            "recent_start": [end - 24 * HOUR],
            "recent_end": [end],
            "slope": [1.0],
        }
    )


def update(local: sqlite3.Connection, carried: pd.DataFrame) -> None:
    """Customers refer to scores, which refer to them: `to_sql` commits each table, so this comes
    last."""
    names = ", ".join(f"{name} = ?" for name in carried.columns)
    carried = carried.assign(last_window_start=carried.last_window_start.astype(str))
    rows = carried.reset_index().astype(object)
    rows = rows.where(rows.notna(), None)[[*carried.columns, "customer_id"]]
    sql = f"UPDATE sentiment_api_customer SET {names} WHERE id = ?"  # noqa: S608
    local.executemany(sql, rows.itertuples(index=False, name=None))


def write(local: sqlite3.Connection, table: str, frame: pd.DataFrame) -> None:
    frame.to_sql(table, local, if_exists="append", index=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
