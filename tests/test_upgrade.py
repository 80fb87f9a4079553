"""From the first schema to the newest, with data, on both databases."""

import subprocess
import sys
from pathlib import Path

import pytest

from demo.servers import PostgresServer
from tests.processes import ROOT, environment
from tests.source import SourceDatabase


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_rows_of_the_first_schema_are_kept(
    kind: str, tmp_path: Path, postgres: PostgresServer, source_database: SourceDatabase
) -> None:
    source_database.clear()
    if kind == "postgresql":
        postgres.create_database("of_the_past")
    url = postgres.url("of_the_past") if kind == "postgresql" else f"sqlite:///{tmp_path}/past"
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade", postgres.url(source_database.name)],
        cwd=ROOT,
        env=environment("") | {"DATABASE_URL": url, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if kind == "postgresql":
        postgres.drop_database("of_the_past")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip().endswith("4525 rows are what they were")
