"""Types for TypeScript, made of the contract, fit a strict client and a live server."""

import json
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from dashboard.build import PACKAGES
from dashboard.node import find_node
from tests.factories import CustomerFactory

ROOT = Path(__file__).resolve().parents[3]
TYPES = PACKAGES / "openapi-typescript" / "bin" / "cli.js"
COMPILER = PACKAGES / "typescript" / "bin" / "tsc"
OPTIONS = ["--strict", "--noUncheckedIndexedAccess", "--target", "ES2022", "--module", "ESNext"]
CLIENT = """
import type { paths } from './api'

type Answer = paths['/api/customers/']['get']['responses'][200]['content']['application/json']

export async function names(server: string): Promise<string[]> {
  const answer = await fetch(`${server}/api/customers/?page_size=5`)
  const page = (await answer.json()) as Answer
  const count: number = page.count
  return page.results.slice(0, count).map((row) => row.company_name)
}
"""
WRONG = CLIENT.replace("row.company_name", "row.no_such_field")


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Node.js with this program."""
    return subprocess.run(
        [*find_node().node, *map(str, command)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not TYPES.exists(), reason="no node_modules: run `python -m dashboard.build`")
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("first_profile")
def test_generated_types_fit(tmp_path: Path, live_server: LiveServer) -> None:
    """A client of them compiles, one with a mistake does not, and the first reads a page."""
    made = run(TYPES, ROOT / "docs/api/openapi.yaml", "-o", tmp_path / "api.ts", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    (tmp_path / "wrong.ts").write_text(WRONG)
    refused = run(COMPILER, "--noEmit", *OPTIONS, "wrong.ts", folder=tmp_path)
    assert "no_such_field" in refused.stdout
    (tmp_path / "client.ts").write_text(CLIENT)
    compiled = run(COMPILER, *OPTIONS, "client.ts", folder=tmp_path)
    assert compiled.returncode == 0, compiled.stdout
    CustomerFactory.create(customer_id=1, company_name="Éclair")
    (tmp_path / "client.mjs").write_text((tmp_path / "client.js").read_text())
    script = "import { names } from './client.mjs'\n"
    script += f"console.log(JSON.stringify(await names({json.dumps(live_server.url)})))\n"
    (tmp_path / "main.mjs").write_text(script)
    done = run("main.mjs", folder=tmp_path)
    assert json.loads(done.stdout or "null") == ["Éclair"], done.stderr
