"""What the front-end build made: its manifest says which files an entry needs."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

BUILT = Path(__file__).parent / "static" / "dashboard"
MANIFEST = BUILT / "manifest.json"


@dataclass(frozen=True)
class Entry:
    """The files of one page, as paths below the static files."""

    script: str
    styles: tuple[str, ...]


class NotBuiltError(Exception):
    """The front end has not been built, or not with this entry."""


def entry(name: str) -> Entry:
    """The files of an entry; NotBuiltError when there are none."""
    try:
        return _entries(MANIFEST.stat().st_mtime_ns)[name]
    except (OSError, KeyError) as error:
        raise NotBuiltError(
            f"the page {name!r} is not built: run `python -m dashboard.build`"
        ) from error


@lru_cache(maxsize=1)
def _entries(_changed: int) -> dict[str, Entry]:
    chunks = json.loads(MANIFEST.read_text())
    return {
        chunk["name"]: Entry(
            script=f"dashboard/{chunk['file']}",
            styles=tuple(f"dashboard/{style}" for style in _styles(chunks, key, set())),
        )
        for key, chunk in chunks.items()
        if chunk.get("isEntry")
    }


def _styles(chunks: dict[str, dict[str, list[str]]], key: str, seen: set[str]) -> list[str]:
    """The styles of a chunk and of all that it imports, each once."""
    if key in seen:
        return []
    seen.add(key)
    found: list[str] = []
    for imported in chunks[key].get("imports", []):
        found += _styles(chunks, imported, seen)
    return list(dict.fromkeys([*found, *chunks[key].get("css", [])]))
