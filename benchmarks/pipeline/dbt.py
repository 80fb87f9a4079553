"""dbt, which fills tables in the PostgreSQL of the source."""

import json
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from benchmarks.benchmark import Side
from benchmarks.peers import FOLDER, installed, version
from benchmarks.pipeline import tables
from benchmarks.pipeline.prepared import Start
from benchmarks.pipeline.tables import Row
from benchmarks.processes import Taken, run_command
from benchmarks.servers import environment, manage
from benchmarks.stage import Stage
from jobs.clock import show_hour

SCHEMA = "by_dbt"
"""Named in the project's profile."""
_PROJECT = FOLDER / "dbt"


@dataclass
class Dbt:
    """Its runs."""

    stage: Stage
    start: Start
    program: Path
    taken: Taken | None = None

    def measure(self) -> float:
        """Seconds of one run; the tables of the run before are dropped first."""
        with closing(self.start.server.connect(self.start.database)) as connection:
            connection.autocommit = True
            connection.cursor().execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        first, end = (
            show_hour(hour).removesuffix("Z")
            for hour in (self.start.hours[0], self.start.hours.stop)
        )
        command = [str(self.program), "build", "--project-dir", str(_PROJECT), "--quiet"]
        command += [
            "--profiles-dir",
            str(_PROJECT),
            "--vars",
            json.dumps({"first": first, "end": end}),
        ]
        kept = self.stage.folder / "dbt"
        settings = {
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **self.start.environment(self.stage, self.start.file),
            "DBT_TARGET_PATH": str(kept / "target"),
            "DBT_LOG_PATH": str(kept / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        }
        kept.mkdir(exist_ok=True)
        self.taken = run_command(settings, command)
        return self.taken.wall

    def rows(self) -> list[Row]:
        """What it wrote."""
        if self.taken is None:
            self.measure()
        with closing(self.start.server.connect(self.start.database)) as connection:
            connection.cursor().execute(f"SET search_path TO {SCHEMA}")
            return tables.of_postgres(connection)

    def peak(self) -> int:
        """Bytes of memory at most in the last run, without those of the server."""
        return self.taken.memory if self.taken else 0


def side(stage: Stage, start: Start) -> Side:
    """dbt on the source's own database, where the product's settings lie beside the reports."""
    program = installed(stage, "dbt") / "dbt"
    settings = environment(stage, start.source_url)
    manage(settings, "manage", "migrate", "--noinput", "--verbosity", "0")
    manage(settings, "manage", "loaddata", "--verbosity", "0", "initial_industry_baselines")
    runs = Dbt(stage, start, program)
    return Side(f"dbt {version('dbt', 'dbt-postgres')}", runs.measure, runs.rows, runs.peak)
