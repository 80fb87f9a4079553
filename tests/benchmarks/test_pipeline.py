"""Every way of filling the tables ends in the same rows: then their times may be compared."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.benchmark import NotAvailableError
from benchmarks.peers import installed
from benchmarks.pipeline import loop, prepared, tables
from benchmarks.pipeline.prepared import Size, Start
from benchmarks.pipeline.runs import PYTHON, Run, all_rows, ours, ours_hourly, script
from benchmarks.processes import run_command
from benchmarks.repeat import alike
from benchmarks.servers import StartError
from benchmarks.stage import Stage
from jobs.clock import show_hour

SMALL = Size(150, 60)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """An empty stage."""
    with Stage(tmp_path_factory.mktemp("stage"), tmp_path_factory.mktemp("cache")) as stage:
        yield stage


@pytest.fixture(scope="module")
def small(stage: Stage) -> Iterator[Start]:
    """A small backfill that waits to be done."""
    with prepared.backfill(stage, SMALL) as start:
        yield start


def written(run: Run) -> Path:
    """The file after a run."""
    assert run.measure() > 0
    assert run.peak() > 10_000_000
    return run.file


def test_a_backfill_by_hand_is_ours(stage: Stage, small: Start) -> None:
    mine = written(ours(stage, small))
    other = written(script(stage, small, "by hand", "benchmarks.pipeline.by_hand.backfill"))
    rows = all_rows(mine)
    assert {row[0] for row in rows} == set(tables.COLUMNS)
    assert len(rows) > 2 * 0.2 * SMALL.customers * SMALL.windows
    assert alike(rows, all_rows(other))


def test_the_loop_gives_the_scores_of_its_part(stage: Stage, small: Start) -> None:
    slow = script(stage, small, "loop, a part", "benchmarks.pipeline.loop", scale=100)
    rows = loop.rows(written(slow))
    assert len(rows) > SMALL.windows // 4
    assert alike(rows, loop.rows(written(ours(stage, small))))
    assert slow.taken is not None
    assert slow.measure() > 50 * slow.taken.wall


def test_an_hour_by_hand_is_ours(stage: Stage) -> None:
    """With late reports, which revise counts, scores and aggregates of earlier windows."""
    with prepared.hourly(stage, SMALL, room=20) as start:
        since = show_hour(start.hours.stop - 24).removesuffix("Z")
        hour = script(stage, start, "by hand", "benchmarks.pipeline.by_hand.hourly")
        mine, other = (
            tables.of_sqlite(written(each), since) for each in (ours_hourly(stage, start), hour)
        )
    revised = {row[0] for row in mine if "revision" in tables.COLUMNS[row[0]] and row[3] > 1}
    assert len(revised) == 4
    assert alike(mine, other)


def test_a_row_that_differs_is_seen(stage: Stage, small: Start) -> None:
    file = written(ours(stage, small))
    rows = all_rows(file)
    for table, column in (
        ("sentiment_api_sentimentscore", "score_low"),
        ("sentiment_api_overallsentiment", "standing_high"),
        ("sentiment_api_customer", "current_sentiment"),
    ):
        with closing(sqlite3.connect(file)) as local:
            local.execute(
                f"UPDATE {table} SET {column} = {column} * 0.999999 "
                f"WHERE rowid = (SELECT max(rowid) FROM {table} WHERE {column} > 0)"
            )
            local.commit()
        changed = all_rows(file)
        assert not alike(changed, rows)
        rows = changed


def test_a_run_that_fails_says_why() -> None:
    command = [PYTHON, "-c", "raise SystemExit('no room on the disk')"]
    with pytest.raises(StartError, match="ended with 1: no room on the disk"):
        run_command(os.environ, command)


def test_a_peer_that_cannot_be_installed_is_named(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pinned files have other hashes than those that are found."""
    (tmp_path / "some-peer").mkdir()
    requirements = tmp_path / "some-peer" / "requirements.txt"
    requirements.write_text(f"nothing @ file://{tmp_path}/nothing.whl --hash=sha256:{'0' * 64}")
    monkeypatch.setattr("benchmarks.peers.FOLDER", tmp_path)
    with pytest.raises(NotAvailableError, match="some-peer could not be installed: ERROR"):
        installed(stage, "some-peer")


def test_scripts_of_peers_are_python() -> None:
    """They run in environments that the tests do not have: at least they can be read."""
    for file in Path(prepared.__file__).parent.parent.glob("peers/*/backfill.py"):
        compile(file.read_text(), file, "exec")
