"""Peers that are Python packages: each in an environment of its own, with pinned requirements."""

import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.benchmark import NotAvailableError
from benchmarks.stage import Stage

FOLDER = Path(__file__).parent


def installed(stage: Stage, name: str) -> Path:
    """The folder with the programs of a peer's environment, which is kept from run to run.
    NotAvailableError where its requirements cannot be installed."""
    wanted = (FOLDER / name / "requirements.txt").read_text() + sys.version
    home = stage.cache / name
    stamp, programs = home / ".installed", home / "bin"
    if stamp.exists() and stamp.read_text() == wanted:
        return programs
    venv.create(home, with_pip=True, clear=True)
    command = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--require-hashes"]
    command += ["--only-binary", ":all:", "-r", str(FOLDER / name / "requirements.txt")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.lower().startswith("error")]
        reason = (said or ["pip says nothing"])[0]
        raise NotAvailableError(f"{name} could not be installed: {reason[:200]}")
    stamp.write_text(wanted)
    return programs


def version(name: str, package: str) -> str:
    """The pinned version of a package of a peer."""
    lines = (FOLDER / name / "requirements.txt").read_text().splitlines()
    (found,) = (line for line in lines if line.startswith(f"{package}=="))
    return found.removeprefix(f"{package}==").split()[0]
