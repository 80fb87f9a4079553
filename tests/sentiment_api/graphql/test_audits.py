"""The audits of the npm package graphql-http, against a running server."""

import json
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).resolve().parents[3]
FRONT_END = ROOT / "dashboard" / "frontend"


@pytest.mark.skipif(
    not (FRONT_END / "node_modules" / "graphql-http").exists(),
    reason="the packages of the front end are not installed: python -m dashboard.build",
)
def test_all_audits_pass(first_profile: None, live_server: LiveServer) -> None:
    """All 61, required and recommended alike."""
    from dashboard.node import find_node

    done = subprocess.run(
        [*find_node().node, "audit/graphql-http.mjs", f"{live_server.url}/graphql/"],
        cwd=FRONT_END,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report == {"audits": 61, "failures": []}
