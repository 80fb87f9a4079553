"""The study of predictions counts what it says."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.prediction import (
    STANDARD,
    WAYS,
    days_to_predict,
    from_files,
    generated,
    learned,
    predicted,
    report,
)
from jobs.range_scores import Counts

DAY = 24


def test_a_day_is_predicted_by_the_newest_score_before_it() -> None:
    """Customer 0 reports on days 0 and 2, then after a silence of 11 days; customer 1 once."""
    rows = [(0, 5, 3, 1), (0, 7, 1, 1), (0, 2 * DAY, 2, 2), (0, 13 * DAY, 5, 0), (1, 3 * DAY, 1, 0)]
    days = days_to_predict(Counts(*np.array(rows, dtype=np.int64).T), DAY)
    assert (days.customer.tolist(), days.row.tolist()) == ([0], [1])
    assert (days.share.tolist(), days.reports.tolist()) == ([0.5], [4])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("reports")
    (folder / "c.csv").write_text("customer_id,industry\n1,Energy\n2, energy \n3,\n")
    lines = [
        f"{customer},{kind},2026-01-{day:02d} 0{hour}:30:00"
        for day in range(1, 13)
        for customer, hour, kind in [(1, 1, "FN"), (1, 1, "FP"), (2, 2, "fn"), (3, 3, "FP")]
    ]
    (folder / "r.csv").write_text("\n".join(["customer_id,sample_type,reported_at", *lines]))
    return folder / "c.csv", folder / "r.csv"


def test_files_are_counted(files: tuple[Path, Path]) -> None:
    history = from_files(*files)
    assert len(history.counts.hour) == 36
    assert (history.counts.fn.sum(), history.counts.fp.sum()) == (24, 24)
    assert history.industry[0] == history.industry[1] != history.industry[2]


def test_what_a_way_does_besides_predicting_is_taken_back() -> None:
    """Error weights and odds change the scale of a score, not what it says of the next day."""
    history = generated(6)
    first = int(history.counts.hour.min())
    days = days_to_predict(history.counts, first + 3 * DAY)
    norms, _ = learned(history, first + 3 * DAY)
    standard = predicted(STANDARD, history, norms, days)
    for way in ("errors 0.5 and 1", "logit normalisation"):
        assert predicted(WAYS[way], history, norms, days) == pytest.approx(standard, abs=1e-9)
    assert not np.allclose(predicted(WAYS["pooled"], history, norms, days), standard)


def test_the_report_has_a_line_for_every_way(files: tuple[Path, Path]) -> None:
    lines = list(report("files", from_files(*files)))
    assert lines[0].startswith("files: 24 customer-days of 3 customers, 32 reports")
    assert len(lines) == 3 + len(WAYS) + 2
