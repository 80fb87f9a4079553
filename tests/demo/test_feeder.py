"""The feeder: fills the gap, goes on, and outlives its source."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo import source
from demo.feeder import Feeder
from demo.reports import Reports
from demo.servers import PostgresServer
from tests.demo.waiting import wait_for

NOW = datetime(2026, 3, 18, 14, 23, 45, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]


def test_gap_of_a_night_is_filled_first(
    source_url: str, source_connection: Any, reports: Reports
) -> None:
    source.load(source_connection, reports, NOW - timedelta(hours=12))
    said: list[str] = []
    feeder = Feeder(source_url, reports, said.append)

    brought = feeder.step(NOW)
    then = feeder.step(NOW + timedelta(minutes=6))
    feeder.close()

    assert brought > 500
    assert said[0] == f"filled a gap of 12:00:00 with {brought} reports"
    assert said[-1] == f"{then} reports in the last 5 minutes"
    assert 0 < then < brought
    assert source.fed_until(source_connection) == NOW + timedelta(minutes=6)


def test_says_once_that_the_source_is_away(tmp_path: Path, reports: Reports) -> None:
    said: list[str] = []
    with PostgresServer(tmp_path / "server", throwaway=True) as server:
        connection = server.connect()
        source.load(connection, reports, NOW)
        connection.close()
        feeder = Feeder(server.url("postgres"), reports, said.append)
        feeder.step(NOW + timedelta(seconds=3))
        server.kill()
        for _ in range(3):
            assert feeder.step(NOW + timedelta(minutes=10)) == 0
        server.start()
        brought = feeder.step(NOW + timedelta(minutes=10))
        feeder.close()

    assert brought > 0
    assert said[0].startswith("the source is away, trying again every 3 s: ")
    assert said[1:] == [
        f"filled a gap of 0:09:57 with {brought} reports",
        "the source is back",
        f"{brought} reports in the last 5 minutes",
    ]


def test_runs_as_a_process_until_terminated(
    source_url: str, source_connection: Any, reports: Reports
) -> None:
    source.load(source_connection, reports, datetime.now(UTC) - timedelta(hours=2))
    process = subprocess.Popen(
        [sys.executable, "-m", "demo.feeder"],
        cwd=ROOT,
        env={**os.environ, "DEMO_SOURCE_URL": source_url},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("filled a gap of 2:0")
        begun = source.fed_until(source_connection)
        assert wait_for(lambda: source.fed_until(source_connection) > begun)
    finally:
        process.terminate()
        assert process.wait(10) == 0
        process.stdout.close()  # type: ignore[union-attr]
