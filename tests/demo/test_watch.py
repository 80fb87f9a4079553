"""Servers that end by themselves are started again, until one is given up."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
import redis

from demo.servers import ValkeyServer
from demo.watch import Watch
from tests.demo.waiting import wait_for


class Watched:
    """A server under a watch, and whom that has given up."""

    def __init__(self, server: ValkeyServer) -> None:
        self.server = server
        self.given_up: list[str] = []
        self.watch = Watch([server], 2, self.given_up.append)
        self.watch.start()

    def crash(self) -> None:
        """Behind the back of who has started it."""
        link = self.server.connect()
        psutil.Process(int(link.info("server")["process_id"])).kill()
        link.close()
        assert wait_for(lambda: not self.server.running)

    def comes_back(self) -> None:
        """It takes connections."""

        def answers() -> bool:
            with suppress(redis.ConnectionError), self.server.connect() as link:
                return bool(link.ping())
            return False

        assert wait_for(answers)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with ValkeyServer(tmp_path / "server") as server:
        watched = Watched(server)
        yield watched
        watched.watch.end()
    assert not server.running


def test_it_comes_back_with_its_data_where_it_was(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    server, port = watched.server, watched.server.port
    link = server.connect()
    link.set("kept", "kept")
    link.save()
    watched.crash()
    watched.comes_back()
    watched.watch.end()
    assert capsys.readouterr().out == (
        f"Valkey ended by itself; it runs again on its data, at 127.0.0.1:{port}\n"
    )
    assert link.get("kept") == b"kept"
    link.close()


def test_who_ends_again_and_again_is_given_up(watched: Watched) -> None:
    watched.crash()
    watched.comes_back()
    watched.crash()
    assert wait_for(lambda: watched.given_up == ["Valkey"])
    assert not watched.server.running


def test_who_cannot_be_started_is_given_up(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    watched.crash()
    with socket.create_server(("127.0.0.1", watched.server.port)):
        assert wait_for(lambda: watched.given_up == ["Valkey"])
    assert capsys.readouterr().err == f"port {watched.server.port} for Valkey is in use\n"
