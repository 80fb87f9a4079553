"""`python -m demo` as a user meets it: a first start, a second one, and nothing left afterwards."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
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
        assert _run(home, free_port()) == (
            1,
            f"The demo runs already in this folder: http://127.0.0.1:{first.port}/\n",
        )
    finally:
        assert first.end() == 0
    assert first.printed().endswith(f"Stopped. What was computed stays in {home}.\n")
    assert {file.stat().st_mode & 0o077 for file in home.iterdir() if file.is_file()} == {0}

    second = Demo(home, free_port())
    try:
        second.wait_until_ready()
    finally:
        assert second.end(signal.SIGTERM) == 0
    assert "since the last time" in second.printed()
    assert "history computed" not in second.printed()
    assert _password(second) == _password(first)


def test_death_of_a_member_stops_everything(home: Path) -> None:
    demo = Demo(home, free_port())
    demo.wait_until_ready()
    family = demo.family()
    feeder = next(p for p in family if p.cmdline()[-1:] == ["demo.feeder"])
    feeder.kill()
    assert demo.process.wait(60) == 1
    assert "feeder ended by itself, so everything was stopped." in demo.printed()
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
