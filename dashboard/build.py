"""Builds the front end: `python -m dashboard.build`. Does nothing when nothing has changed."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboard.assets import BUILT, MANIFEST
from dashboard.node import Node, NoNodeError, find_node

FRONT_END = Path(__file__).parent / "frontend"
PACKAGES = FRONT_END / "node_modules"
SCHEMA = Path(__file__).parent.parent / "docs" / "api" / "schema.graphql"
"""What the types of queries and answers are made of."""
MADE_BY_TOOLS = ("node_modules", "dist", "generated")
NPM_OPTIONS = (
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
)
CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
)
"""Where systems keep the certificates that they trust."""


class BuildError(Exception):
    """The build failed; the message has what its tool said."""


def main() -> int:
    try:
        with _alone():
            build()
    except (BuildError, NoNodeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def build() -> None:
    """Install packages and build, as far as what is there does not fit the sources any more."""
    wanted = fingerprint([*sorted(_sources()), SCHEMA])
    if MANIFEST.exists() and _read(_stamp(BUILT)) == wanted:
        return
    node = find_node()
    with _environment(node) as environment:
        install(node, environment)
        print("building the front end", flush=True)
        vite = PACKAGES / "vite" / "bin" / "vite.js"
        _run([*node.node, str(vite), "build", "--logLevel", "warn"], environment)
    _stamp(BUILT).write_text(wanted)


def install(node: Node, environment: dict[str, str]) -> None:
    """Install the packages of the lock file; scripts of packages are not run."""
    wanted = fingerprint([FRONT_END / "package.json", FRONT_END / "package-lock.json"])
    if _read(_stamp(PACKAGES)) == wanted:
        return
    print("installing packages of the front end", flush=True)
    _run([*node.npm, "ci", *NPM_OPTIONS], environment)
    _stamp(PACKAGES).write_text(wanted)


def fingerprint(files: list[Path]) -> str:
    """What changes when a name or the content of one of these files does."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{os.path.relpath(file, FRONT_END)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder, folders, names in os.walk(FRONT_END):
        folders[:] = [name for name in folders if name not in MADE_BY_TOOLS]
        yield from (Path(folder) / name for name in names)


def _stamp(folder: Path) -> Path:
    return folder / ".built-from"


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


@contextmanager
def _alone() -> Iterator[None]:
    """One build at a time on this machine."""
    folder = os.open(FRONT_END, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextmanager
def _environment(node: Node) -> Iterator[dict[str, str]]:
    """The environment of the tools. npm keeps a cache at home, so there has to be one; and it
    trusts what the system trusts, as pip does, besides its own certificates."""
    home = os.environ.get("HOME", "")
    temporary = "" if home and os.access(home, os.W_OK) else tempfile.mkdtemp(prefix="front-end-")
    path = os.pathsep.join([str(node.folder), os.environ.get("PATH", os.defpath)])
    trusted = next((file for file in CERTIFICATES if os.path.exists(file)), None)
    try:
        yield {
            **({"NODE_EXTRA_CA_CERTS": trusted} if trusted else {}),
            **os.environ,
            "PATH": path,
            "HOME": temporary or home,
        }
    finally:
        if temporary:
            shutil.rmtree(temporary, ignore_errors=True)


def _run(command: list[str], environment: dict[str, str]) -> None:
    result = subprocess.run(
        command,
        cwd=FRONT_END,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        raise BuildError(f"the front end could not be built\n{result.stdout.strip()[-4000:]}")


if __name__ == "__main__":
    sys.exit(main())
