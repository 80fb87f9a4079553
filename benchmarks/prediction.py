"""How well each way to count predicts the next day's share of FN.

At the end of every UTC day each customer's newest score (not older than `max_age_hours`) stands for
the share of FN among the customer's reports of the next day. Industries' means and baselines come
from the first third of the history, which is not judged.

    python -m benchmarks.prediction                                 generated reports, 60 days
    python -m benchmarks.prediction --customers C.csv --reports R.csv.gz     your own
"""

import argparse
import csv
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from config.industries import industry_key
from demo.reports import SEED, Reports
from jobs.moments import Moments, beta_moments
from jobs.range_scores import Counts, Norms, score_range
from jobs.sentiment_calc import LOGIT_EDGE

DAY = 24
DRAWS = 2000
FIRST_GENERATED_HOUR = 490_000
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass
class Rules:
    """The part of a profile that decides about raw scores."""

    base_method: str = "weighted_average"
    decay_factor: float = 0.9
    history_windows: int = 10
    max_age_hours: int = 240
    fn_weight: float = 0.0
    fp_weight: float = 1.0
    industry_shrinkage: bool = False
    trend_adjusted: bool = False
    trend_weight: float = 0.2
    industry_normalized: bool = False
    normalisation_method: str = "linear"


STANDARD = Rules()
WAYS = {
    "standard (weighted average)": STANDARD,
    "simple ratio": replace(STANDARD, base_method="simple_ratio"),
    "with trend": replace(STANDARD, trend_adjusted=True),
    "pooled": replace(STANDARD, base_method="pooled"),
    "shrunk": replace(STANDARD, industry_shrinkage=True),
    "pooled, shrunk": replace(STANDARD, base_method="pooled", industry_shrinkage=True),
    "errors 0.5 and 1": replace(STANDARD, fn_weight=0.5),
    "linear normalisation": replace(STANDARD, industry_normalized=True),
    "logit normalisation": replace(
        STANDARD, industry_normalized=True, normalisation_method="logit"
    ),
}


@dataclass(frozen=True)
class History:
    """Reports by customer and hour, and the number of each customer's industry."""

    counts: Counts
    industry: Integers


@dataclass(frozen=True)
class Days:
    """Customers and days to be predicted: the row of the newest score, and what came next."""

    customer: Integers
    row: Integers
    share: Floats
    reports: Integers


def days_to_predict(counts: Counts, judged_from: int) -> Days:
    """Every customer-day from then on with reports, before which a score stands."""
    day = counts.hour // DAY
    found: dict[tuple[int, int], list[int]] = {}
    for customer, number, fn, fp in zip(
        counts.customer.tolist(),
        day.tolist(),
        counts.fn.tolist(),
        counts.fp.tolist(),
        strict=True,
    ):
        sums = found.setdefault((customer, number), [0, 0])
        sums[0] += fn
        sums[1] += fn + fp
    keys = [key for key in found if key[1] * DAY >= judged_from]
    customer, number = np.array(keys, dtype=np.int64).T
    fn, reports = np.array([found[key] for key in keys], dtype=np.int64).T
    order = counts.customer * 2**32 + counts.hour
    row = np.searchsorted(order, customer * 2**32 + number * DAY) - 1
    stands = (
        (row >= 0)
        & (counts.customer[row] == customer)
        & (counts.hour[row] > number * DAY - 1 - STANDARD.max_age_hours)
    )
    return Days(customer[stands], row[stands], (fn / reports)[stands], reports[stands])


def learned(history: History, until: int) -> tuple[Norms, float]:
    """What the first part tells of the industry of each row, and the mean of all."""
    counts = history.counts
    early = counts.hour < until
    moments: dict[int, Moments | None] = {}
    baselines: dict[int, float] = {}
    for industry in np.unique(history.industry).tolist():
        here = early & (history.industry[counts.customer] == industry)
        customers = np.unique(counts.customer[here], return_inverse=True)[1]
        fn = np.bincount(customers, counts.fn[here]).astype(np.int64)
        reports = np.bincount(customers, (counts.fn + counts.fp)[here]).astype(np.int64)
        moments[industry] = beta_moments(fn, reports)
        baselines[industry] = float(fn.sum() / reports.sum()) if reports.sum() else np.nan
    rows = history.industry[counts.customer].tolist()
    known = [
        (baselines[i] or np.nan, one.mean if one else np.nan, one.strength if one else np.nan)
        for i, one in ((i, moments[i]) for i in rows)
    ]
    mean = counts.fn[early].sum() / (counts.fn + counts.fp)[early].sum()
    return Norms(*np.array(known, dtype=np.float64).T), float(mean)


def predicted(rules: Rules, history: History, norms: Norms, days: Days) -> Floats:
    """The shares that the scores stand for: normalisation and error weights taken back."""
    scores = score_range(history.counts, norms, rules)
    score = scores.score[days.row]
    if rules.industry_normalized:
        known = scores.normalized[days.row]
        baseline = np.where(known, norms.baseline[days.row], 1.0)
        taken_back = _linear_back if rules.normalisation_method == "linear" else _logit_back
        score = np.where(known, taken_back(score, baseline), score)
    return np.asarray((score - (1 - rules.fp_weight)) / (rules.fp_weight - rules.fn_weight))


def _linear_back(score: Floats, baseline: Floats) -> Floats:
    return np.asarray(baseline * 2 * score)


def _logit_back(score: Floats, baseline: Floats) -> Floats:
    baseline = np.clip(baseline, LOGIT_EDGE, 1 - LOGIT_EDGE)
    kept, lost = score * baseline, (1 - score) * (1 - baseline)
    return np.asarray(kept / (kept + lost))


def absolute(guess: Floats, days: Days) -> Floats:
    """Errors of customer-days."""
    return np.abs(guess - days.share)


def squared(guess: Floats, days: Days) -> Floats:
    """Squared errors of customer-days, each as often as it has reports."""
    return np.asarray((guess - days.share) ** 2 * days.reports / days.reports.mean())


def mean_with_interval(
    values: Floats, days: Days, standard: Floats
) -> tuple[float, float, float, float]:
    """The mean, the mean difference from the standard way, and its 90 % interval by drawing
    customers again."""
    difference = values - standard
    places = np.unique(days.customer, return_inverse=True)[1]
    sums, sizes = np.bincount(places, difference), np.bincount(places)
    drawn = np.random.default_rng(1).integers(0, len(sums), (DRAWS, len(sums)))
    low, high = np.quantile(sums[drawn].sum(1) / sizes[drawn].sum(1), [0.05, 0.95])
    return float(values.mean()), float(difference.mean()), float(low), float(high)


def report(name: str, history: History) -> Iterator[str]:
    """The table of one history."""
    first, last = int(history.counts.hour.min()), int(history.counts.hour.max())
    judged_from = first + (last - first) // 3
    days = days_to_predict(history.counts, judged_from)
    norms, mean = learned(history, judged_from)
    industry_mean = np.where(np.isnan(norms.baseline), mean, norms.baseline)[days.row]
    guesses = {name: predicted(rules, history, norms, days) for name, rules in WAYS.items()}
    guesses["(mean of the industry)"] = industry_mean
    guesses["(mean of all)"] = np.full_like(days.share, mean)
    yield (
        f"{name}: {len(days.row):,} customer-days of {len(set(days.customer.tolist()))} customers, "
        f"{days.reports.sum():,} reports"
    )
    yield "| way | mean absolute error | difference | mean squared error by report | difference |"
    yield "|---|---|---|---|---|"
    standard = guesses["standard (weighted average)"]
    for way, guess in guesses.items():
        cells = []
        for error in (absolute, squared):
            value, *difference = mean_with_interval(error(guess, days), days, error(standard, days))
            cells += [f"{value:.4f}", "{:+.4f} ({:+.4f} to {:+.4f})".format(*difference)]
        yield f"| {way} | {' | '.join(cells)} |"


def generated(days: int) -> History:
    """Reports of the demo's stream."""
    stream = Reports(SEED)
    hours = range(FIRST_GENERATED_HOUR, FIRST_GENERATED_HOUR + days * DAY)
    reports = (
        (r.customer_id, r.reported_at, r.sample_type) for h in hours for r in stream.of_hour(h)
    )
    return _history({c.customer_id: c.industry for c in stream.customers.rows}, reports)


def from_files(customers: Path, reports: Path) -> History:
    """Reports and customers as CSV, with the columns of the source; the reports may be gzipped."""
    with customers.open(newline="") as file:
        industries = {int(r["customer_id"]): r["industry"] for r in csv.DictReader(file)}
    with gzip.open(reports, "rt") if reports.suffix == ".gz" else reports.open() as file:
        return _history(
            industries,
            (
                (int(r["customer_id"]), datetime.fromisoformat(r["reported_at"]), r["sample_type"])
                for r in csv.DictReader(file)
            ),
        )


def _history(
    industries: dict[int, str | None], reports: Iterator[tuple[int, datetime, str]]
) -> History:
    found: dict[tuple[int, int], list[int]] = {}
    for customer, moment, kind in reports:
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        cell = found.setdefault((customer, int(aware.timestamp()) // 3600), [0, 0])
        cell[kind.upper() == "FP"] += 1
    ids = {customer: place for place, customer in enumerate(sorted(industries))}
    names = sorted({industry_key(name) for name in industries.values()})
    rows = sorted((ids[customer], hour, *cell) for (customer, hour), cell in found.items())
    return History(
        Counts(*np.array(rows, dtype=np.int64).T.copy()),
        np.array([names.index(industry_key(industries[c])) for c in sorted(industries)]),
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--days", type=int, default=60, help="of generated reports")
    parser.add_argument("--customers", type=Path, help="CSV with customer_id and industry")
    parser.add_argument("--reports", type=Path, help="CSV: customer_id, sample_type, reported_at")
    asked = parser.parse_args()
    if bool(asked.customers) != bool(asked.reports):
        parser.error("--customers and --reports go together")
    if asked.customers:
        lines = report("your reports", from_files(asked.customers, asked.reports))
    else:
        lines = report(f"generated, {asked.days} days", generated(asked.days))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
