"""When the front end is built, and what comes of it."""

import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import assets, build

ROOT = Path(__file__).resolve().parents[2]
FRONT_END = ROOT / "dashboard" / "frontend"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A front end of its own, with an npm and a Vite that only say that they were called."""
    front_end = tmp_path / "frontend"
    (front_end / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "src/main.ts"):
        (front_end / name).write_text("{}")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, does in {
        "npm": 'test "$1" = --version || { mkdir -p node_modules; echo npm >> ../calls; }',
        "node": 'test "$1" = --version || { mkdir -p ../built; echo "{}" > ../built/manifest.json;'
        " echo vite >> ../calls; }",
    }.items():
        tool = tools / name
        tool.write_text(f"#!/bin/sh\necho v22.12.0\n{does}\n")
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setattr(build, "FRONT_END", front_end)
    monkeypatch.setattr(build, "PACKAGES", front_end / "node_modules")
    monkeypatch.setattr(build, "BUILT", tmp_path / "built")
    monkeypatch.setattr(build, "MANIFEST", tmp_path / "built" / "manifest.json")
    return tmp_path


def calls(house: Path) -> list[str]:
    """What was called since the last time."""
    file = house / "calls"
    said = file.read_text().split() if file.exists() else []
    file.unlink(missing_ok=True)
    return said


def test_only_what_has_changed_is_done_again(house: Path) -> None:
    """Packages follow the lock file, the build follows all sources."""
    assert build.main() == 0
    assert calls(house) == ["npm", "vite"]
    assert build.main() == 0
    assert calls(house) == []
    (house / "frontend/src/main.ts").write_text("changed")
    assert build.main() == 0
    assert calls(house) == ["vite"]
    (house / "frontend/src/main.ts").rename(house / "frontend/src/other.ts")
    assert build.main() == 0
    assert calls(house) == ["vite"]
    (house / "frontend/package-lock.json").write_text("changed")
    assert build.main() == 0
    assert calls(house) == ["npm", "vite"]
    (house / "built/manifest.json").unlink()
    assert build.main() == 0
    assert calls(house) == ["vite"]


@pytest.mark.parametrize("home", ["", "/nowhere"])
def test_tools_get_a_home(house: Path, monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    """npm keeps a cache there; it is gone afterwards."""
    (house / "tools/npm").write_text(
        '#!/bin/sh\ntest "$1" = --version && { echo 11; exit; }\n'
        'mkdir -p node_modules; touch "$HOME/cache" && echo "$HOME" >> ../calls\n'
    )
    monkeypatch.setenv("HOME", home)
    assert build.main() == 0
    used, vite = calls(house)
    assert vite == "vite"
    assert used not in ("", home)
    assert not Path(used).exists()


def test_a_failure_is_said_and_done_again(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what the tool said, and without a stamp."""
    good = (house / "tools/node").read_text()
    (house / "tools/node").write_text(
        '#!/bin/sh\ntest "$1" = --version && { echo v22.12.0; exit; }\n'
        "echo no such module; exit 3\n"
    )
    assert build.main() == 1
    assert "no such module" in capsys.readouterr().err
    (house / "tools/node").write_text(good)
    assert build.main() == 0
    assert "vite" in calls(house)


def test_the_lock_file_names_no_host() -> None:
    """Whoever installs takes packages from the registry they use."""
    lock = (FRONT_END / "package-lock.json").read_text()
    assert '"integrity"' in lock
    assert '"resolved"' not in lock
    assert "registry" not in lock


def test_what_is_built_is_not_committed() -> None:
    """Nor are packages."""
    ignored = subprocess.run(
        [
            "git",
            "check-ignore",
            "dashboard/static/dashboard/x.js",
            "dashboard/frontend/node_modules/x",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert len(ignored.stdout.split()) == 2


def test_types_of_the_front_end_hold() -> None:
    """tsc, in its strictest."""
    from dashboard.node import find_node

    done = subprocess.run(
        [*find_node().node, "node_modules/typescript/bin/tsc", "--noEmit"],
        cwd=FRONT_END,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_units_of_the_front_end_hold() -> None:
    """Vitest: addresses, ranges, CSV, orders, formats."""
    from dashboard.node import find_node

    done = subprocess.run(
        [*find_node().node, "node_modules/vitest/vitest.mjs", "run"],
        cwd=FRONT_END,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_entry_that_is_not_built_says_what_to_do() -> None:
    """In one line."""
    with pytest.raises(assets.NotBuiltError, match=r"python -m dashboard\.build"):
        assets.entry("nothing of this name")


def test_the_module_runs_from_the_command_line() -> None:
    """As the Makefile calls it."""
    done = subprocess.run([sys.executable, "-m", "dashboard.build"], cwd=ROOT, check=False)
    assert done.returncode == 0
