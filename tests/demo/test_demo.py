"""`python -m demo` as a user meets it: a first start, a second one, and nothing left afterwards."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from demo import places
from demo.servers import free_port
from demo.state import ROOT
from tests.demo.waiting import wait_for

pytestmark = pytest.mark.xdist_group("demo")


class Demo:
    """A running demo, with all it prints."""

    def __init__(self, home: Path, port: int, **settings: str) -> None:
        self.port = port
        self._output = home.parent / "output"
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "demo"],
                cwd=ROOT,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(home.parent),
                    "DEMO_HOME": str(home),
                    "PORT": str(port),
                    **settings,
                },
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def printed(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self) -> None:
        def ready() -> bool:
            return "Ctrl-C stops everything" in self.printed() or self.process.poll() is not None

        assert wait_for(ready, 120)
        assert self.process.poll() is None, self.printed()

    def family(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children(recursive=True))

    def part(self, name: str) -> psutil.Process:
        """Its process, not the one that has started it."""
        for process in self.family():
            with suppress(psutil.Error):
                command = process.cmdline()
                starter = any(word.endswith(("keep.py", "guard.py")) for word in command)
                if any(name in word for word in command) and not starter:
                    return process
        raise AssertionError(f"{name} does not run")

    def is_well(self) -> bool:
        """Does it say so of all its parts?"""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/api/health/", timeout=10
            ) as answer:
                return bool(json.load(answer)["status"] == "healthy")
        except OSError:
            return False

    def end(self, asked: signal.Signals = signal.SIGINT) -> int:
        family = self.family()
        self.process.send_signal(asked)
        status = self.process.wait(60)
        assert wait_for(lambda: not any(process.is_running() for process in family))
        return status


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _nothing_elsewhere(home: Path) -> Iterator[None]:
    yield
    shutil.rmtree(places.elsewhere_name(home / "source" / "postgres"), ignore_errors=True)


def test_first_and_second_start(home: Path) -> None:
    first = Demo(home, free_port(), SECRET_KEY="of the user", DATABASE_URL="sqlite:///nonsense")
    try:
        first.wait_until_ready()
        page = urllib.request.urlopen(f"http://127.0.0.1:{first.port}/admin/login/", timeout=10)
        assert page.status == 200
        assert _only_on_loopback(first)
        assert re.search(r"reports in the source, \d{5,6} generated", first.printed())
        said = _doctor(first)
        assert "windows: no gap" in said
        assert "BAD" not in said
        assert _run(home, free_port()) == (
            1,
            f"The demo runs already in this folder: http://127.0.0.1:{first.port}/\n",
        )
    finally:
        assert first.end() == 0
    assert first.printed().endswith(f"Stopped. What was computed stays in {home}.\n")
    assert not (home / "env").exists()
    assert {file.stat().st_mode & 0o077 for file in home.iterdir() if file.is_file()} == {0}

    second = Demo(home, free_port())
    try:
        second.wait_until_ready()
    finally:
        assert second.end(signal.SIGTERM) == 0
    assert "since the last time" in second.printed()
    assert "history computed" not in second.printed()
    assert _password(second) == _password(first)


def test_it_lives_through_the_end_of_its_parts(home: Path) -> None:
    demo = Demo(home, free_port())
    try:
        demo.wait_until_ready()
        for name in ("valkey-server", "bin/postgres", "demo.feeder", "gunicorn", "rqworker"):
            demo.part(name).kill()
        again = re.compile("^(Valkey|PostgreSQL) ended by itself; it runs again on its data", re.M)
        assert wait_for(lambda: len(again.findall(demo.printed())) == 2, 60), demo.printed()
        assert wait_for(demo.is_well, 90), demo.printed()
        assert demo.printed().count("ended with status -9; again in 1 s") == 3

        family = demo.family()
        demo.part("demo.feeder").parent().kill()
        assert demo.process.wait(60) == 1
    finally:
        if demo.process.poll() is None:
            demo.end()
    assert demo.printed().endswith("feeder could not be kept running, so everything was stopped.\n")
    assert wait_for(lambda: not any(process.is_running() for process in family))


def test_port_in_use_is_one_line(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert _run(home, port) == (
            1,
            f"Port {port} is in use: PORT={port + 1} make demo takes another one.\n",
        )


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_odd_port_is_one_line(home: Path, port: str) -> None:
    assert _run(home, port) == (1, f"PORT={port} is no port number (1 to 65535).\n")


def _doctor(demo: Demo) -> str:
    """What it says of the running demo, asked as the demo tells to."""
    (line,) = re.findall(r"commands +ENV_FILE=(\S+) \.venv/bin/python (.*)", demo.printed())
    done = subprocess.run(
        [sys.executable, *line[1].split()],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "ENV_FILE": line[0]},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _run(home: Path, port: int | str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEMO_HOME": str(home), "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout


def _only_on_loopback(demo: Demo) -> bool:
    listening = {
        link.laddr.ip
        for process in demo.family()
        for link in process.net_connections("inet")
        if link.status == psutil.CONN_LISTEN
    }
    return listening == {"127.0.0.1"}


def _password(demo: Demo) -> str:
    found = re.search(r"password (\S+)\)", demo.printed())
    assert found is not None
    return found[1]
