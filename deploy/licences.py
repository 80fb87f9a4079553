"""The licences of what the product runs on: `python deploy/licences.py` (or `make licences`).

Lists the packages of requirements.txt that are installed, with what each says of its own licence,
and those of the built front end. Ends with status 1 when a package says nothing, or says a licence
that nobody has looked at.
"""

import json
import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOOKED_AT = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|0BSD|Zlib|CC0|"
    r"Artistic|LGPL|Lesser General Public|Dual License|HPND)",
    re.IGNORECASE,
)
"""Licences under which a package may be used here unchanged. LGPL: psycopg2, as a library.
Artistic: text-unidecode, which lets choose between that and the GPL."""


def names(requirements: Path) -> list[str]:
    """The packages that a file of pinned requirements names."""
    pinned = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[.*?\])?==", requirements.read_text(), re.MULTILINE)
    return sorted(set(pinned))


def licence(package: Distribution) -> str:
    """What a package says of its licence: an expression, else classifiers, else a short text."""
    said = package.metadata
    if "License-Expression" in said:
        return str(said["License-Expression"])
    classified = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier") or []
        if line.startswith("License ::") and line.count("::") > 1
    ]
    text = str(said["License"]) if "License" in said else ""
    return ", ".join(classified) or text.strip().split("\n")[0][:60]


def of_python() -> dict[str, str]:
    """Licences by package, of those that this platform and Python need."""
    found = {}
    for name in names(ROOT / "requirements.txt"):
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        found[f"{name} {package.version}"] = licence(package)
    return found


def of_front_end() -> dict[str, str]:
    """Licences by package, of those that the lock file names for the built pages."""
    lock = json.loads((ROOT / "dashboard/frontend/package-lock.json").read_text())
    return {
        f"{place.rpartition('node_modules/')[2]} {entry.get('version', '')}": entry.get(
            "license", ""
        )
        for place, entry in lock["packages"].items()
        if place and not entry.get("dev")
    }


def main() -> int:
    """Print the list; what nobody has looked at comes last."""
    unknown = []
    for title, found in (("Python", of_python()), ("Front end", of_front_end())):
        print(f"{title}: {len(found)} packages")
        for package, said in sorted(found.items()):
            print(f"  {package:<45} {said or 'says nothing'}")
            if not LOOKED_AT.search(said):
                unknown.append(f"{package}: {said or 'says nothing'}")
    if unknown:
        print(f"to be looked at: {'; '.join(unknown)}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
