"""Licences, known weaknesses, and the checks that run elsewhere."""

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

from tests.processes import ROOT

TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.fixture
def audit() -> ModuleType:
    """The script, as a module."""
    spec = importlib.util.spec_from_file_location("audit", ROOT / "deploy" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_licence_has_been_looked_at() -> None:
    done = subprocess.run(
        [sys.executable, "deploy/licences.py"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"^  django 5\.2\S+ +BSD", done.stdout, re.MULTILINE)
    assert re.search(r"^  react \S+ +MIT$", done.stdout, re.MULTILINE)


def test_an_audit_that_could_not_be_made_is_no_good_news() -> None:
    nowhere = "http://127.0.0.1:9"
    names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "npm_config_registry")
    done = subprocess.run(
        [sys.executable, "deploy/audit.py"],
        cwd=ROOT,
        env={**os.environ, **dict.fromkeys(names, nowhere), "npm_config_fetch_retries": "0"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert done.stdout.count("COULD NOT BE ASKED, so nothing is known") == 2


def test_extras_are_pinned_as_they_are_asked_for() -> None:
    """pip takes `name[extra]` for another thing than a pinned `name`: as soon as there is a newer
    release it wants that one, which has no hash, and installs nothing."""
    files = "".join((ROOT / f"requirements{kind}.txt").read_text() for kind in ("", "-dev"))
    pins = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[(.*?)\])?==", files, re.MULTILINE)
    pinned = {name: set(extras.split(",")) for name, extras in pins}
    asked = [
        needed
        for name, extras in pinned.items()
        if _is_installed(name)
        for needed in map(Requirement, importlib.metadata.requires(name) or ())
        if needed.extras and needed.name in pinned and _holds(needed, extras)
    ]
    assert asked
    assert [str(one) for one in asked if one.extras - pinned[one.name]] == []


def _is_installed(name: str) -> bool:
    """Some packages are for other platforms only."""
    return bool(list(importlib.metadata.distributions(name=name)))


def _holds(needed: Requirement, extras: set[str]) -> bool:
    """Is it needed here, by somebody who is installed with these extras?"""
    marker = needed.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


@pytest.mark.parametrize(
    ("weaknesses", "status", "said"),
    [
        ([], 0, "Python: 0 weaknesses are known"),
        ([{"id": "CVE-1", "fix_versions": ["2.0"]}], 1, "one 1.0: CVE-1, mended in 2.0"),
    ],
)
def test_what_is_known_is_told(
    audit: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    weaknesses: list[Any],
    status: int,
    said: str,
) -> None:
    answer = {
        "dependencies": [{"name": "one", "version": "1.0", "vulns": weaknesses}],
        "vulnerabilities": {},
    }
    monkeypatch.setattr(audit, "_answer", lambda *_: answer)
    assert audit.main() == status
    assert said in capsys.readouterr().out


def test_a_package_that_was_not_looked_at_is_no_good_news(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {
        "dependencies": [{"name": "one", "skip_reason": "unknown"}],
        "vulnerabilities": {"x": {"severity": "high"}},
    }
    monkeypatch.setattr(audit, "_answer", lambda *_: answer)
    assert audit.main() == 3


WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text())
    for path in sorted((ROOT / ".github" / "workflows").iterdir())
}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_checks_elsewhere_are_those_of_make(name: str) -> None:
    workflow = WORKFLOWS[name]
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
            else:
                command, target = step["run"].split()
                assert command == "make"
                assert target in TARGETS
    assert workflow["permissions"] == {"contents": "read"}


def test_actions_are_pinned_to_the_commit_of_a_release() -> None:
    """One for each action, with its tag beside it for people."""
    texts = [path.read_text() for path in (ROOT / ".github" / "workflows").iterdir()]
    pins = re.findall(r"uses: (\S+)@(.*)", "\n".join(texts))
    assert len(pins) > 10
    assert all(re.fullmatch(r"[0-9a-f]{40}  # v\d+\.\d+\.\d+", pin) for _, pin in pins)
    assert len(set(pins)) == len({action for action, _ in pins})


@pytest.mark.parametrize(
    ("job", "target"), [("sqlite", "make test"), ("postgresql", "make test-postgres")]
)
def test_every_python_is_tried_on_both_databases(job: str, target: str) -> None:
    work = WORKFLOWS["checks"]["jobs"][job]
    matrix = work["strategy"]["matrix"]
    assert matrix == {"python": ["3.11", "3.12", "3.13", "3.14"]}
    _, python, checks = work["steps"]
    assert python["uses"].startswith("actions/setup-python@")
    assert python["with"] == {"python-version": "${{ matrix.python }}"}
    assert checks["run"] == target


def test_the_long_forms_run_each_week() -> None:
    workflow = WORKFLOWS["long"]
    # To YAML `on` is a truth value.
    (when,) = workflow[True]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \d", when["cron"])
    run = {step["run"] for job in workflow["jobs"].values() for step in job["steps"][2:]}
    assert run == {
        *("make looks", "make faults-long", "make crowd"),
        *("make soak", "make soak-postgres"),
    }
    given = {
        name
        for name, job in workflow["jobs"].items()
        if {"HOURS", "SEED"} <= set(job.get("env", {}))
    }
    assert given == {"soak", "soak-postgresql"}


def test_a_long_form_is_what_its_name_says() -> None:
    """make would do it so; nothing is run."""
    said = subprocess.run(
        ["make", "-n", "faults-long", "soak", "soak-postgres", "HOURS=5", "SEED=9"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "LONG=1" in said
    assert said.count('SOAK_HOURS="5" SOAK_SEED="9"') == 2
    assert "-m tests.on_postgres -q tests/faults/test_soak.py" in said
