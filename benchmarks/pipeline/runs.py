"""Ways of filling the tables, as sides of a benchmark: each measured run is a whole process on a
fresh copy of what it starts from."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.benchmark import Side
from benchmarks.peers import FOLDER, installed, version
from benchmarks.pipeline import tables
from benchmarks.pipeline.prepared import Start, backfill_command
from benchmarks.pipeline.tables import Row
from benchmarks.processes import Taken, run_command
from benchmarks.stage import Stage

PYTHON = sys.executable


@dataclass
class Run:
    """A command that fills a local file."""

    stage: Stage
    start: Start
    name: str
    command: Sequence[str]
    more: Mapping[str, str] = field(default_factory=dict)
    """Settings of its own."""
    scale: float = 1.0
    """How many times the work that was done the whole is."""
    taken: Taken | None = None

    @property
    def file(self) -> Path:
        """Its copy of the local file."""
        short = self.name.split(",")[0].replace(" ", "-")
        return self.stage.folder / f"{self.start.database}-{short}.sqlite3"

    def measure(self) -> float:
        """Seconds of one run."""
        self.start.copy(self.file)
        settings = {**self.start.environment(self.stage, self.file), **self.more}
        self.taken = run_command(settings, self.command)
        return self.taken.wall * self.scale

    def peak(self) -> int:
        """Bytes of memory at most in the last run."""
        return self.taken.memory if self.taken else 0

    def side(self, read: Callable[[Path], list[Row]]) -> Side:
        """As the frame takes it; what comes out is read from the file."""

        def answer() -> list[Row]:
            if self.taken is None:
                self.measure()
            return read(self.file)

        return Side(self.name, self.measure, answer, self.peak)


def ours(stage: Stage, start: Start) -> Run:
    """The product's backfill of the range."""
    return Run(stage, start, "ours", [PYTHON, "manage.py", *backfill_command(start.hours)])


def ours_hourly(stage: Stage, start: Start) -> Run:
    """The product's hourly run."""
    return Run(stage, start, "ours", [PYTHON, "manage.py", "run_pipeline"])


def script(stage: Stage, start: Start, name: str, module: str, scale: float = 1.0) -> Run:
    """A script of this package, which is told the range."""
    bounds = [str(start.hours.start), str(start.hours.stop)]
    return Run(stage, start, name, [PYTHON, "-m", module, *bounds], scale=scale)


def peer(stage: Stage, start: Start, name: str, title: str) -> Run:
    """A peer's script, in its environment. NotAvailableError where there is none."""
    python = installed(stage, name) / "python"
    bounds = [str(start.hours.start), str(start.hours.stop)]
    command = [str(python), str(FOLDER / name / "backfill.py"), *bounds]
    return Run(stage, start, f"{title} {version(name, name)}", command)


def all_rows(file: Path) -> list[Row]:
    """Everything that was written."""
    return tables.of_sqlite(file)
