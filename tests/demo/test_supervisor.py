"""What the demo says when its web server is slow."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from demo import supervisor
from demo.servers import HOST, free_port
from demo.state import State
from tests.demo.waiting import wait_for


def test_the_addresses_are_said_however_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With one line meanwhile."""
    monkeypatch.setattr(supervisor, "_WEB_SECONDS", 0.0)
    said: list[str] = []

    def is_said(words: str) -> bool:
        said.append(capsys.readouterr().out)
        return words in "".join(said)

    state, port = State(tmp_path / "home"), free_port()
    arguments = (state, state.secrets(), tmp_path / "env", port)
    announcing = threading.Thread(target=supervisor._announce, args=arguments, daemon=True)
    announcing.start()
    assert wait_for(lambda: is_said("does not answer yet"))
    with HTTPServer((HOST, port), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            assert wait_for(lambda: is_said(f"password {state.secrets().admin_password}"))
        finally:
            server.shutdown()
    announcing.join()
    assert "".join(said).count("does not answer yet") == 1
