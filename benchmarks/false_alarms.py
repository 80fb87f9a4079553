"""How often chance is taken for a change.

The windows of ten days are put into an order of chance, so that by construction nothing has changed
between the last day and those before it. Whatever is then called significant is a false alarm; the
stated level allows 5 % of them. Windows are shuffled for each customer apart, and for all together,
so that what hits several customers in the same hour still does.

    python -m benchmarks.false_alarms                                 generated reports, 60 days
    python -m benchmarks.false_alarms --customers C.csv --reports R.csv.gz     your own
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from benchmarks.prediction import History, Integers, from_files, generated
from jobs.change import (
    RECENT_HOURS,
    Compared,
    Differences,
    Floats,
    WindowSums,
    dispersion_of,
    of_customers,
    of_industries,
)

SPAN = 240
MANY = 100
"""Reports in a span that make a customer one that reports much."""


@dataclass(frozen=True)
class Grid:
    """Reports of customers (rows) in the windows of a span (columns)."""

    fn: Floats
    fp: Floats
    industry: Integers

    def shuffled(self, chance: np.random.Generator, together: bool) -> "Grid":
        """The windows in another order: the same for all customers, or one for each."""
        order = chance.random((1 if together else len(self.fn), self.fn.shape[1])).argsort(1)
        order = np.broadcast_to(order, self.fn.shape)
        fn, fp = (np.take_along_axis(part, order, 1) for part in (self.fn, self.fp))
        return replace(self, fn=fn, fp=fp)

    def compared(self, dispersed: bool) -> Compared:
        """Both periods of each customer; with `dispersed`, bursts count for what they are."""
        recent, before = np.s_[:, -RECENT_HOURS:], np.s_[:, :-RECENT_HOURS]
        found = dispersion_of(sums_of(self.fn, self.fp))
        return Compared(
            self.fn[recent].sum(1),
            self.fp[recent].sum(1),
            self.fn[before].sum(1),
            self.fp[before].sum(1),
            found if dispersed else np.ones_like(found),
        )

    def industries(self) -> WindowSums:
        """The sums over the windows of each industry."""
        member = np.eye(int(self.industry.max()) + 1)[:, self.industry]
        return sums_of(member @ self.fn, member @ self.fp)


def sums_of(fn: Floats, fp: Floats) -> WindowSums:
    """Of rows of windows."""
    there = (fn + fp > 0).astype(np.float64)
    sums = (there, fn, fp, fn * fn, fn * fp, fp * fp)
    return WindowSums(*(part.sum(1) for part in sums))


@dataclass
class Alarms:
    """How many comparisons there were, and how many of them were called significant."""

    comparisons: int = 0
    falls: int = 0
    rises: int = 0

    def count(self, found: Differences, which: np.ndarray | slice = slice(None)) -> None:
        """Some more."""
        self.comparisons += int((~np.isnan(found.difference[which])).sum())
        self.falls += int((found.high[which] < 0).sum())
        self.rises += int((found.low[which] > 0).sum())

    def __str__(self) -> str:
        share = [
            f"{n / max(self.comparisons, 1):.1%}" for n in (self.falls + self.rises, self.falls)
        ]
        return f"{share[0]} (falls {share[1]})"


@dataclass
class Study:
    """The alarms by what was compared and by how."""

    found: dict[str, dict[str, Alarms]] = field(default_factory=dict)

    def add(self, grid: Grid, shuffled: str) -> None:
        """All comparisons of one order of windows."""
        reports = (grid.fn + grid.fp).sum(1)
        windows = grid.industries()
        apart = WindowSums(*np.zeros((6, len(windows.windows))))
        plain, dispersed = grid.compared(dispersed=False), grid.compared(dispersed=True)
        for way, given in (("plain", plain), ("by windows", dispersed)):
            alarms = of_customers(given)
            if shuffled == "apart":
                self._at(f"customers with {MANY} reports or more", way).count(
                    alarms, reports >= MANY
                )
                self._at("other customers", way).count(alarms, reports < MANY)
            industries = of_industries(given, grid.industry, apart)
            self._at(f"industries, customers shuffled {shuffled}", way).count(industries)
        common = of_industries(dispersed, grid.industry, windows)
        self._at(f"industries, customers shuffled {shuffled}", "and in common").count(common)

    def _at(self, what: str, way: str) -> Alarms:
        return self.found.setdefault(what, {}).setdefault(way, Alarms())

    def lines(self) -> Iterator[str]:
        """As a table."""
        yield "| | comparisons | plain | by windows | and in common |"
        yield "|---|---|---|---|---|"
        for what, ways in self.found.items():
            cells = [str(ways.get(way, "")) for way in ("plain", "by windows", "and in common")]
            yield f"| {what} | {ways['plain'].comparisons:,} | {' | '.join(cells)} |"


def grids(history: History) -> Iterator[Grid]:
    """Ten days after ten days."""
    counts, first = history.counts, int(history.counts.hour.min())
    for start in range(first, int(counts.hour.max()) + 2 - SPAN, SPAN):
        here = (counts.hour >= start) & (counts.hour < start + SPAN)
        cell = counts.customer[here], counts.hour[here] - start
        fn, fp = np.zeros((2, len(history.industry), SPAN))
        fn[cell], fp[cell] = counts.fn[here], counts.fp[here]
        yield Grid(fn, fp, history.industry)


def study(history: History, rounds: int) -> Study:
    """So many orders of each ten days, of both kinds."""
    chance, result = np.random.default_rng(1), Study()
    for grid in grids(history):
        for _ in range(rounds):
            result.add(grid.shuffled(chance, together=False), "apart")
            result.add(grid.shuffled(chance, together=True), "together")
    return result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--days", type=int, default=60, help="of generated reports")
    parser.add_argument("--rounds", type=int, default=50, help="orders of each ten days")
    parser.add_argument("--customers", type=Path, help="CSV with customer_id and industry")
    parser.add_argument("--reports", type=Path, help="CSV: customer_id, sample_type, reported_at")
    asked = parser.parse_args()
    if bool(asked.customers) != bool(asked.reports):
        parser.error("--customers and --reports go together")
    if asked.customers:
        history = from_files(asked.customers, asked.reports)
    else:
        history = generated(asked.days)
    print("\n".join(study(history, asked.rounds).lines()))


if __name__ == "__main__":
    main()
