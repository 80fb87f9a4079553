"""The image and the services made of it, as far as they can be tried without a container engine:
the files that go in, the commands in an environment of their own, and what refers to what."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands

from demo.servers import ValkeyServer
from tests.demo.waiting import wait_for
from tests.processes import ROOT
from tests.test_settings import names_in_settings

COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
OURS = ("migrate", "web", "worker", "scheduler")


def test_services_refer_to_what_there_is() -> None:
    stages = re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE)
    for name, service in SERVICES.items():
        build = service.get("build")
        assert build is None or build["target"] in stages, name
        for other in service.get("depends_on", {}):
            assert other in SERVICES, f"{name} depends on {other}"
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in COMPOSE["volumes"], name
    assert set(re.findall(r"COPY --from=(\S+)", DOCKERFILE)) <= set(stages)


def test_services_have_no_more_rights_than_they_need() -> None:
    for name in (*OURS, "demo-feeder"):
        service = SERVICES[name]
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
    for stage in DOCKERFILE.split("\nFROM ")[-2:]:
        assert "\nUSER 10001\n" in stage
    (port,) = SERVICES["web"]["ports"]
    assert port.startswith("127.0.0.1:"), "whoever wants it open puts a proxy before it"
    assert all("ports" not in SERVICES[name] for name in SERVICES if name != "web")
    assert not re.search(r"password:\s*\w", COMPOSE_TEXT, re.IGNORECASE)


def test_profiles_are_those_that_are_explained() -> None:
    """Without a profile: the service itself."""
    profiles: dict[str, set[str]] = {}
    for name, service in SERVICES.items():
        for profile in service.get("profiles", [""]):
            profiles.setdefault(profile, set()).add(name)
    assert profiles == {
        "": {*OURS, "redis"},
        "postgres": {"results"},
        "demo": {"demo-source", "demo-feeder"},
    }
    assert set(re.findall(r"--profile (\w+)", OPERATIONS)) == profiles.keys() - {""}
    assert set(re.findall(r"--profile (\w+)", COMPOSE_TEXT)) == profiles.keys() - {""}


def test_every_variable_is_known() -> None:
    """Those that .env fills in are explained, and those that are set are read by somebody."""
    example = (ROOT / ".env.example").read_text()
    for name in re.findall(r"\$\{(\w+)", COMPOSE_TEXT):
        explained = re.search(rf"^{name}=", example, re.MULTILINE) or f"`{name}" in OPERATIONS
        assert explained or name == "PORT", name
    for name in OURS:
        given = SERVICES[name]["environment"].keys()
        assert given <= names_in_settings() | {"ENV_FILE", "PORT"}, name
    # A password in an address would have to be written otherwise; libpq takes it as it is.
    feeder, password = SERVICES["demo-feeder"]["environment"]
    assert f'"{feeder}"' in (ROOT / "demo" / "feeder.py").read_text()
    assert password == "PGPASSWORD"
    for name in ("results", "demo-source"):
        assert SERVICES[name]["environment"].keys() <= {
            f"POSTGRES_{what}" for what in ("DB", "USER", "PASSWORD")
        }


def test_images_are_of_a_full_version() -> None:
    """So nobody gets another one by building again; see docs/operations.md."""
    (python,) = re.findall(r"^ARG PYTHON=(.*)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"3\.\d+\.\d+", python)
    stages = set(re.findall(r"^FROM \S+ AS (\S+)$", DOCKERFILE, re.MULTILINE))
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) - stages
    assert bases == {"python:${PYTHON}-slim"}
    for name, service in SERVICES.items():
        if "build" not in service:
            assert re.fullmatch(r"\S+:\d+\.\d+(\.\d+)?-\w+", service["image"]), name


def test_services_run_commands_that_there_are() -> None:
    for name in OURS:
        words = " ".join(SERVICES[name].get("command", []))
        for command in re.findall(r"manage\.py (\w+)", words):
            assert command in get_commands(), name
    assert {SERVICES[name]["image"] for name in OURS} == {"customer-sentiment-analysis"}


def included(path: str) -> bool:
    """Does a file of the repository go into the image, by .dockerignore?"""
    lines = (ROOT / ".dockerignore").read_text().split()
    wanted = [line[1:] for line in lines if line.startswith("!")]
    return any(path == one or path.startswith(f"{one}/") for one in wanted)


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """What is in the image: the packages of requirements.txt alone, and the files that go in."""
    folder = Path(tempfile.mkdtemp(prefix="sentiment-image-"))
    python = folder / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    # With pip, as in the image: it knows from where this machine takes its packages.
    hashed = ["-m", "pip", "install", "--quiet", "--require-hashes", "--disable-pip-version-check"]
    subprocess.run([python, *hashed, "-r", ROOT / "requirements.txt"], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for path in filter(included, listed.stdout.split()):
        target = folder / "app" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, target)
    shutil.rmtree(folder / "app" / "demo")
    (folder / "data").mkdir()
    yield folder
    shutil.rmtree(folder)


def files_of(image: Path) -> set[str]:
    """All files of the application."""
    return {str(file) for file in (image / "app").rglob("*")}


def test_the_commands_of_the_image_work_and_write_to_their_data_alone(
    image: Path, valkey: ValkeyServer
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    values = dict(re.findall(r"^(?:ENV|   ) (\w+)=(\S*?)(?: \\)?$", DOCKERFILE, re.MULTILINE))
    assert values["ENV_FILE"] == ""
    environment = values | {
        "PATH": f"{image}/venv/bin:{os.environ['PATH']}",
        "DATABASE_URL": f"sqlite:///{image}/data/db.sqlite3",
        "REDIS_URL": valkey.url(),
        "SECRET_KEY": "x" * 60,
        "FIELD_ENCRYPTION_KEY": "ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE=",
        "ALLOWED_HOSTS": "sentiment.example",
        "SOURCE_DB_HOST": "127.0.0.1",
        "SOURCE_DB_PORT": "1",
        "PORT": port,
    }

    def run(*command: str, status: int = 0) -> str:
        done = subprocess.run(
            command,
            cwd=image / "app",
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == status, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    run("python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0")
    before = files_of(image)
    run(*SERVICES["migrate"]["command"])
    run("python", "manage.py", "setup_schedules")
    run(*SERVICES["worker"]["command"], "--burst")
    assert "BAD   source" in run("python", "manage.py", "doctor", status=1)
    run("python", "deploy/healthcheck.py", status=1)
    command = re.findall(r'"([^"]+)"', DOCKERFILE.rpartition("\nCMD ")[2])
    command[command.index("0.0.0.0:8000")] = f"127.0.0.1:{port}"
    server = subprocess.Popen(
        command, cwd=image / "app", env=environment, stdout=subprocess.DEVNULL
    )
    try:
        check = [str(image / "venv/bin/python"), "deploy/healthcheck.py"]
        # Docker hands its proxies on.
        behind_proxy = {**environment, "http_proxy": "http://127.0.0.1:1"}
        assert wait_for(
            lambda: (
                subprocess.run(
                    check, cwd=image / "app", env=behind_proxy, stderr=subprocess.DEVNULL
                ).returncode
                == 0
            ),
            60,
        )
    finally:
        server.terminate()
        assert server.wait(60) == 0
    assert files_of(image) == before
