"""Plots of the curves, drawn by a matplotlib that the project itself does not need."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from benchmarks.benchmark import NotAvailableError
from benchmarks.growth.curve import Curve, Point
from benchmarks.growth.results import MEGA, MEMORY_LIMIT, MILLI, Results, curves_of

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
REQUIREMENTS = Path(__file__).parent / "requirements.txt"


def draw(results: Results, cache: Path, images: Path = IMAGES) -> None:
    """Draw the curves of all parts. Raises NotAvailableError where matplotlib cannot be had."""
    python = _installed(cache / "growth")
    for part, panels in PANELS.items():
        curves = curves_of(results.read(part))
        if not curves:
            continue
        done = subprocess.run(
            [python, "-I", Path(__file__).parent / "plot.py", images / f"growth-{part}.svg"],
            input=orjson.dumps(panels(curves)),
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise NotAvailableError(f"plots: {done.stderr.decode()[-400:]}")


def _installed(folder: Path) -> Path:
    """The Python of an environment with what the plots need."""
    stamp, wanted = folder / ".installed", REQUIREMENTS.read_text()
    python = folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    make = [sys.executable, "-m", "venv", "--clear", str(folder)]
    install = [str(python), "-W", "ignore", "-m", "pip", "install", "--quiet"]
    install += ["--disable-pip-version-check", "--require-hashes", "-r", str(REQUIREMENTS)]
    for command in (make, install):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
            raise NotAvailableError(f"plots: matplotlib could not be installed: {said[-1][:200]}")
    stamp.write_text(wanted)
    return python


def _line(curve: Curve, value: Callable[[Point], float], name: str = "") -> dict[str, Any]:
    return {
        "name": name or curve.work,
        "x": [point.size for point in curve.points],
        "y": [value(point) for point in curve.points],
    }


def _time_and_memory(x: str) -> Callable[[Sequence[Curve]], list[dict[str, Any]]]:
    def panels(curves: Sequence[Curve]) -> list[dict[str, Any]]:
        return [
            {
                "title": "Time",
                "x": x,
                "y": "seconds of processors",
                "lines": [_line(curve, lambda point: point.seconds) for curve in curves],
            },
            {
                "title": "Peak memory",
                "x": x,
                "y": "MB",
                "lines": [_line(curve, lambda point: point.peak / MEGA) for curve in curves],
                "limit": MEMORY_LIMIT / MEGA,
            },
        ]

    return panels


def _reads(curves: Sequence[Curve]) -> list[dict[str, Any]]:
    return [
        {
            "title": f"{face}, {when}",
            "x": "times the rows",
            "y": "ms of a processor",
            "lines": list(_of_face(curves, f"{face}, ", f", {when}")),
        }
        for face, when in (("REST", "after a run"), ("REST", "again"), ("GraphQL", "after a run"))
    ]


def _of_face(curves: Sequence[Curve], face: str, when: str) -> Iterable[dict[str, Any]]:
    for curve in curves:
        if curve.work.startswith(face) and curve.work.endswith(when):
            name = curve.work.removeprefix(face).removesuffix(when)
            yield _line(curve, lambda point: point.seconds * MILLI, name)


PANELS: dict[str, Callable[[Sequence[Curve]], list[dict[str, Any]]]] = {
    "runs": _time_and_memory("customers that report"),
    "backfills": _time_and_memory("days"),
    "reads": _reads,
}
