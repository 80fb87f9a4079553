"""The Makefile finds a Python, says in one line what is missing, and needs nothing else."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("awk", "cat", "echo", "env", "make", "rm", "sh", "test", "touch")
NO_VENV = 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac'
TOO_OLD = "exit 1"
FINE = 'case "$1 $2" in "-m venv") mkdir -p .venv/bin; echo "$0" > .venv/made_with;; esac; exit 0'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A work tree with a Makefile, and a PATH with the usual tools and no Python."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "requirements-dev.txt").touch()
    (tmp_path / "bin").mkdir()
    for tool in (*TOOLS, "mkdir"):
        found = shutil.which(tool)
        if found:
            (tmp_path / "bin" / tool).symlink_to(found)
    return tmp_path


def add_python(house: Path, name: str, does: str) -> None:
    file = house / "bin" / name
    file.write_text(f"#!/bin/sh\n{does}\n")
    file.chmod(0o755)


def make(house: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    make_program = shutil.which("make")
    assert make_program is not None
    return subprocess.run(
        [make_program, *arguments],
        cwd=house,
        env={"PATH": str(house / "bin"), "HOME": str(house)},
        capture_output=True,
        text=True,
        check=False,
    )


def own_lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return [line for line in done.stderr.splitlines() if not line.startswith("make")]


def test_names_the_package_when_python_comes_without_venv(house: Path) -> None:
    add_python(house, "python3", NO_VENV)
    done = make(house, "install")
    assert done.returncode != 0
    assert own_lines(done) == [
        "python3 comes without venv: install it (Debian, Ubuntu: apt install python3-venv)."
    ]
    assert not (house / ".venv").exists()


@pytest.mark.parametrize("pythons", [{}, {"python3": TOO_OLD}])
def test_says_which_python_is_needed(house: Path, pythons: dict[str, str]) -> None:
    for name, does in pythons.items():
        add_python(house, name, does)
    done = make(house, "demo")
    assert done.returncode != 0
    assert own_lines(done) == [
        "Python 3.11 or newer is needed: install it, or name it (PYTHON=/path/to/python3.12)."
    ]


@pytest.mark.parametrize("first", [TOO_OLD, NO_VENV])
def test_takes_a_newer_python_when_the_first_does_not_serve(house: Path, first: str) -> None:
    add_python(house, "python3", first)
    add_python(house, "python3.13", FINE)
    make(house, "install")
    assert (house / ".venv/made_with").read_text().strip().endswith("python3.13")


def test_a_named_python_is_the_only_one_tried(house: Path) -> None:
    add_python(house, "python3", FINE)
    add_python(house, "other", NO_VENV)
    done = make(house, "install", "PYTHON=other")
    assert own_lines(done)[0].startswith("other comes without venv")


def test_nothing_is_done_twice(house: Path) -> None:
    (house / ".venv").mkdir()
    (house / ".venv/.installed").touch()
    assert make(house, "install").returncode == 0


def test_first_target_lists_every_target(house: Path) -> None:
    done = make(house)
    listed = set(re.findall(r"^ {2}make (\S+)", done.stdout, re.MULTILINE))
    declared = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert declared is not None
    assert listed == set(declared[1].split())


def test_run_without_settings_says_what_to_do(house: Path) -> None:
    (house / ".venv").mkdir()
    (house / ".venv/.installed").touch()
    done = make(house, "run")
    assert done.returncode != 0
    assert own_lines(done) == ["There is no .env: copy .env.example to .env and fill it in."]


def test_gate_is_what_a_user_runs() -> None:
    gate = ROOT / ".ci" / "run"
    assert os.access(gate, os.X_OK)
    text = gate.read_text()
    commands = [line for line in text.splitlines() if line and line[0] != "#"]
    assert commands[0] == "set -euo pipefail"
    assert commands[-1] == "exec make test"
    # Beyond that it only brings a browser where there is none.
    guarded = re.findall(r"^if ! has_browser.*?^fi$", text, re.MULTILINE | re.DOTALL)
    brought = [line.strip() for part in guarded for line in part.splitlines()[1:-1]]
    assert brought == [
        "export DEBIAN_FRONTEND=noninteractive",
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends chromium fonts-liberation >/dev/null",
        "make install",
        ".venv/bin/playwright install --with-deps chromium",
    ]
    others = [line for line in commands if line.strip() not in brought]
    assert others == [
        "set -euo pipefail",
        'cd "$(dirname "${BASH_SOURCE[0]}")/.."',
        "export CI=1",
        "has_browser() {",
        "\tcommand -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null",
        "}",
        'if ! has_browser && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then',
        "fi",
        "if ! has_browser; then",
        "fi",
        "exec make test",
    ]
